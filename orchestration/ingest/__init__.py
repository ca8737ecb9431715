"""Files in, raw tables out, every row accounted for.

Nothing here knows a metric or an output.
"""

from orchestration.ingest.load import IngestSummary, ingest_folder

__all__ = ["IngestSummary", "ingest_folder"]
