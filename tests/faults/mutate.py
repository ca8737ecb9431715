"""Seeded damage to whole files: the ways in which files go wrong between a publisher and a folder."""

from __future__ import annotations

import random
from collections.abc import Callable

NASTY = (
    "", " ", "NaN", "inf", "-1", "1e308", "1e999", "5.5", "1,000", "=1+1", "@cmd", "Total", "31/02/2025", "29/02/2024",
    "45678", "Dec-18", "0x1F", "1_000", "'; drop table raw.file_register; --", 'a"b', '"', "\u00a0", "\u202e", "\x0b",
    "\u0665", "<script>", "x" * 10_000, "\\", "\\N", "NULL", "None", "%s", "{0}", "../..", "💥",
)  # fmt: skip


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def cut(content: bytes, rng: random.Random) -> bytes:
    """Truncated anywhere."""
    return content[: rng.randrange(len(content))]


def flip(content: bytes, rng: random.Random) -> bytes:
    """Some bytes exchanged."""
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def drop(content: bytes, rng: random.Random) -> bytes:
    """A piece lost."""
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randint(1, 200) :]


def repeat(content: bytes, rng: random.Random) -> bytes:
    """A piece written twice."""
    start = rng.randrange(len(content))
    end = start + rng.randint(1, 400)
    return content[:end] + content[start:end] + content[end:]


def insert(content: bytes, rng: random.Random) -> bytes:
    """A sign that means something to a parser put in."""
    at = rng.randrange(len(content))
    sign = rng.choice(
        [b'"', b",", b"\n", b"\r", b"\x00", b";", b"\t", b'""', b"'", b"\xff", b"\xc2\xa0", b"\r\n\r\n"]
    )
    return content[:at] + sign + content[at:]


def cell(content: bytes, rng: random.Random) -> bytes:
    """Some cells with what nobody expects in them."""
    lines = _lines(content)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        fields = lines[at].split(b",")
        fields[rng.randrange(len(fields))] = rng.choice(NASTY).encode()
        lines[at] = b",".join(fields)
    return b"".join(lines)


def field(content: bytes, rng: random.Random) -> bytes:
    """A field lost from, or added to, some lines."""
    lines = _lines(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        fields = lines[at].split(b",")
        place = rng.randrange(len(fields))
        fields = fields[:place] + fields[place + 1 :] if rng.random() < 0.5 else [*fields, b"x"]
        lines[at] = b",".join(fields)
    return b"".join(lines)


def shuffle(content: bytes, rng: random.Random) -> bytes:
    """Lines in another order, the header among them."""
    lines = _lines(content)
    rng.shuffle(lines)
    return b"".join(lines)


def twice(content: bytes, rng: random.Random) -> bytes:
    """The file below itself, header and all."""
    return content + content


def ends(content: bytes, rng: random.Random) -> bytes:
    """Other line ends, in all lines or in some."""
    lines = _lines(content)
    end = rng.choice([b"\r\n", b"\r"])
    return b"".join(line.rstrip(b"\r\n") + (end if rng.random() < 0.7 else b"\n") for line in lines)


def recode(content: bytes, rng: random.Random) -> bytes:
    """Another encoding, with its mark or without."""
    text = content.decode("utf-8", "replace").replace("White", "Whité –")
    return text.encode(rng.choice(["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "utf-32"]), "replace")


def pad(content: bytes, rng: random.Random) -> bytes:
    """Lines above the header and notes below."""
    above = b"".join(
        rng.choice([b"Title\n", b"\n", b"a,b\n", b'"Notes, and more"\n']) for _ in range(rng.randint(1, 4))
    )
    return above + content + rng.choice([b"", b"Source: somebody\n", b"\n\n", b"Total,,,,\n"])


KINDS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, flip, drop, repeat, insert, cell, field, shuffle, twice, ends, recode, pad,
)  # fmt: skip
BINARY = (cut, flip, drop, repeat)


def mutated(
    content: bytes, seed: int, kinds: tuple[Callable[[bytes, random.Random], bytes], ...] = KINDS
) -> bytes:
    """The file after one to three kinds of damage; the same seed gives the same bytes."""
    rng = random.Random(seed)
    for _ in range(rng.choice([1, 1, 2, 3])):
        if content:
            content = rng.choice(kinds)(content, rng)
    return content
