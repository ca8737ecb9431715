"""The `live` block of a source declaration, typed: where a publisher's files are found.

Says what may be asked of whom; asking is fetch_http.py, finding files is fetch_pages.py. See docs/live.md.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

FINGERTIPS = "https://fingertips.phe.org.uk/api/"
# where a publisher keeps the files that its pages lead to
FILE_HOSTS = {
    "digital.nhs.uk": ["files.digital.nhs.uk"],
    "www.gov.uk": ["assets.publishing.service.gov.uk"],
}


def host_of(address: str) -> str:
    """Host of an address in lower case, with its port where one is given."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    return f"{host}:{parts.port}" if parts.port else host


def check_address(address: str) -> str:
    """The address itself, when it is one that may be asked.

    Raises:
        ValueError: for anything but http(s), for an address without a host or with a password in it.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{address} is not an http or https address")
    _ = parts.port  # raises where the port is no number
    if "@" in parts.netloc:
        raise ValueError(f"{parts.hostname}: an address must not hold a user name or a password")
    return address


class FingertipsRule(BaseModel):
    """What to ask of the Fingertips API.

    Attributes:
        indicators: indicator ids; asked for a hundred at a time, which is the API's limit.
        area_types: a regular expression for each area type wanted, searched in the API's own list of
            names, because their ids change with every change of boundaries.
    """

    model_config = ConfigDict(extra="forbid")

    indicators: list[int] = Field(min_length=1)
    area_types: list[str] = Field(min_length=1)

    @field_validator("area_types")
    @classmethod
    def _compile(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            re.compile(pattern)
        return patterns


class LiveRule(BaseModel):
    """One way to the files of a source; a source may declare several.

    Exactly one of `address`, `release_page`, `govuk_page` and `fingertips` is given.

    Attributes:
        address: files with a lasting address.
        release_page: a page that lists releases right below its own address; their pages link the files.
        govuk_page: a page of www.gov.uk, read through its content API.
        fingertips: a query of the Fingertips API.
        link: regular expression searched in the names of the files that a page leads to.
        releases: how many of the newest releases listed on `release_page` to read.
        hosts: further hosts that links and redirects may lead to, besides those of the addresses and the
            file hosts of NHS England and gov.uk; `.example.org` allows every host below.
        unpack: for a zip, regular expression of the members to keep.
        save_as: name to keep the file under, where the address does not hold one.
        ignore_columns: columns of a CSV that change from one download to the next. When given, even
            empty, a file with the same rows in another order counts as unchanged.
        max_mb: a larger file is refused.
    """

    model_config = ConfigDict(extra="forbid")

    address: list[str] = Field(default_factory=list)
    release_page: str | None = None
    govuk_page: str | None = None
    fingertips: FingertipsRule | None = None
    link: str | None = None
    releases: int = Field(default=1, ge=1, le=60)
    hosts: list[str] = Field(default_factory=list)
    unpack: str = r"\.(csv|xlsx?|ods)$"
    save_as: str | None = None
    ignore_columns: list[str] | None = None
    max_mb: int = Field(default=200, ge=1, le=2000)

    @field_validator("address", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("link", "unpack")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            re.compile(pattern)
        return pattern

    @model_validator(mode="after")
    def _one_way(self) -> LiveRule:
        if sum(bool(way) for way in (self.address, self.release_page, self.govuk_page, self.fingertips)) != 1:
            raise ValueError(
                "a live rule needs exactly one of address, release_page, govuk_page and fingertips"
            )
        for address in self.addresses:
            check_address(address)
        if (self.release_page or self.govuk_page) and not self.link:
            raise ValueError("a page needs `link`: a regular expression of the file names wanted")
        if self.save_as and len(self.address) != 1:
            raise ValueError("save_as names one file, so it needs exactly one address")
        return self

    @property
    def addresses(self) -> list[str]:
        """The declared addresses: files, a page or the API."""
        page = self.release_page or self.govuk_page or (FINGERTIPS if self.fingertips else None)
        return [page] if page else self.address

    @property
    def key(self) -> str:
        """What tells this rule from the others of its source."""
        return f"{self.addresses[0]} {self.link or ''}".strip()

    def allows(self, address: str) -> bool:
        """Whether a link or a redirect may be followed there: to a known host, and never from https to http."""
        if urlsplit(address).scheme != "https" and all(own.startswith("https:") for own in self.addresses):
            return False
        host = host_of(address)
        own = [host_of(declared) for declared in self.addresses]
        companions = [name for declared in own for name in FILE_HOSTS.get(declared, [])]
        return any(
            host.endswith(allowed) if allowed.startswith(".") else host == allowed
            for allowed in [*own, *companions, *self.hosts]
        )
