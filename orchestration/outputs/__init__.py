"""Protected views to files. Nothing here knows a source's layout; one module is one output."""
