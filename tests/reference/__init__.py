"""The statistics macros against the answers of other packages: `make reference`."""
