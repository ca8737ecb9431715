"""A column of texts as Arrow holds it, and the lines of a file divided into such columns.

Knows no declaration and no file. A list of texts serves in place of a column everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from pyarrow import csv


@dataclass(frozen=True)
class Texts(Sequence[str]):
    """A column; equal texts in it are found many at a time."""

    array: pa.StringArray

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, place: int) -> str:  # type: ignore[override]
        return self.array[place].as_py()

    def __iter__(self) -> Iterator[str]:
        return iter(self.array.to_pylist())

    @cached_property
    def encoded(self) -> tuple[list[str], np.ndarray]:
        """The different texts, and the place of each row's text among them."""
        found = self.array.dictionary_encode()
        return found.dictionary.to_pylist(), found.indices.to_numpy()


def divided(text: str, delimiter: str, width: int) -> list[Texts]:
    """Lines without quotation marks, each of `width` cells, as columns; lines end in a line feed alone."""
    names = [str(place) for place in range(width)]
    data = text.encode()
    table = csv.read_csv(
        pa.BufferReader(data),
        # one piece: no column is in two
        csv.ReadOptions(column_names=names, block_size=len(data) + 1),
        csv.ParseOptions(delimiter=delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return [Texts(column.combine_chunks()) for column in table.columns]


def distinct(texts: Sequence[str | None]) -> set[str | None]:
    """The different texts of a column."""
    return set(texts.encoded[0] if isinstance(texts, Texts) else texts)


def looked_up(known: Mapping[str | None, int], texts: Sequence[str | None]) -> np.ndarray:
    """The number that `known` holds for each text of a column; each different text is looked up once."""
    if isinstance(texts, Texts):
        different, places = texts.encoded
        return looked_up(known, different)[places]
    return np.fromiter(map(known.__getitem__, texts), dtype=np.int64, count=len(texts))
