"""Who supplies local extracts in the sample, and for which system.

Names and codes only; nothing here knows what is in a file.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.sample.places import SYSTEMS, provider_names


@dataclass(frozen=True)
class Council:
    """A council with public health duties.

    Attributes:
        code: ONS code.
        name: its name.
        share: of the system's small areas in per cent, the most deprived first.
    """

    code: str
    name: str
    share: int


@dataclass(frozen=True)
class LocalSystem:
    """The suppliers of one system.

    Attributes:
        lmns_code: code of the system.
        provider: code of the provider of maternity and neonatal care that supplies records.
        mental_health: code and name of the mental health trust, where the sample has one.
        partnership: short code of the Maternity and Neonatal Voices Partnership.
        voluntary: short code of the voluntary sector's list of assets.
        councils: that supply indicators.
    """

    lmns_code: str
    provider: str
    mental_health: tuple[str, str] | None = None
    partnership: str = ""
    voluntary: str = ""
    councils: tuple[Council, ...] = ()

    @property
    def provider_name(self) -> str:
        """Name of the provider."""
        return provider_names()[self.provider]


_KNOWN = {
    "QK1": LocalSystem(
        "QK1", "RWE", ("RT5", "Leicestershire Partnership NHS Trust"), "LLRMNVP", "LLRVCS",
        (
            Council("E06000016", "Leicester", 60),
            Council("E10000018", "Leicestershire", 35),
            Council("E06000017", "Rutland", 5),
        ),
    ),
    "QMF": LocalSystem("QMF", "RQX", ("RAT", "North East London NHS Foundation Trust"), "NELMNVP"),
    "QGH": LocalSystem(
        "QGH", "RWP", ("R1A", "Herefordshire and Worcestershire Health and Care NHS Trust"), "HWMNVP"
    ),
}  # fmt: skip
# whose system keeps records in its own headings, codes and units
OWN_WAYS = "RQX"


def local_system(code: str) -> LocalSystem:
    """The suppliers of a system; beyond the three default ones its first provider alone."""
    return _KNOWN.get(code) or LocalSystem(code, next(iter(SYSTEMS[code][2])))
