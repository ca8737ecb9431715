"""Every source declaration of the project can be used as it stands."""

from __future__ import annotations

from orchestration.ingest.declarations import read_declarations


def test_every_declaration_is_valid() -> None:
    sources = read_declarations()
    assert len(sources) >= 4
    assert len({table.name for source in sources for table in source.tables}) == sum(
        len(source.tables) for source in sources
    )
