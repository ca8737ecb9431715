"""What people said, who speaks for them, and what communities have: voices, members and assets of the sample.

All of it is invented. Statements name nobody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orchestration.sample.publish import Cell
from orchestration.sample.suppliers import LocalSystem

YEAR = (dt.date(2025, 4, 1), dt.date(2026, 3, 31))
VOICE_HEADER = (
    "voice_id", "group_name", "method", "period_start", "period_end", "theme_code", "equity_theme", "stage",
    "sentiment", "dimension", "group_code", "speakers", "respondents", "metric_id", "statement",
    "consent_to_publish", "cleared_by_role",
)  # fmt: skip
MEMBER_HEADER = ("group_name", "as_at", "member_role", "dimension", "group_code", "members")
ASSET_HEADER = (
    "asset_id", "asset_name", "holder_type", "organisation_name", "kind", "determinant", "stage", "communities",
    "languages", "interpreter", "cost", "referral_route", "area_code", "step_free", "childcare", "online",
    "funded_until", "last_verified", "verified_by_role", "consent_to_publish",
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """One count of a theme.

    Attributes:
        method: how it was collected.
        theme: code of the framework; empty where nobody has coded it.
        equity: second axis.
        stage: of care.
        sentiment: praise or complaint.
        group: dimension and group of those who said it.
        speakers: how many said it.
        respondents: of how many.
        statement: in the words of the group; empty where only a count is given.
        metric: of the audit, where it is about one.
        says: what the numbers of the sample say to it, in the system where it is planted.
        is_cleared: whether consent and who cleared the words are recorded.
    """

    method: str
    theme: str
    equity: str
    stage: str
    sentiment: str
    group: tuple[str, str]
    speakers: int
    respondents: int
    statement: str = ""
    metric: str = ""
    says: str = ""
    is_cleared: bool = True


VOICES = (
    Voice(
        "focus_group", "access.timeliness", "E8", "pre_booking", "negative", ("ethnicity", "BLACK"), 14, 19,
        "Many of us did not know where to begin and saw a midwife late.", "local_booking_by_10_weeks", "supported",
    ),
    Voice(
        "survey", "communication.listened_to", "E4", "antenatal", "negative", ("ethnicity", "ASIAN"), 22, 61,
        "Asian women are less often given a care plan of their own than others.", "local_care_plan", "contradicted",
    ),
    Voice(
        "interview", "communication.told_by_staff", "E5", "triage", "negative", ("language", "so"), 9, 12,
        "In triage the interpreter did not come and a child had to speak for the family.", "", "untestable",
    ),
    # Black women book later, and have a care plan as often as others
    Voice(
        "focus_group", "access.timeliness", "E4", "antenatal", "negative", ("ethnicity", "BLACK"), 12, 19,
        "The first appointment came late and no plan was made with us.", "", "mixed",
    ),
    # said by too few of a group to name it, and not cleared
    Voice(
        "interview", "staff.manner", "E3", "labour", "negative", ("ethnicity", "MIXED"), 3, 3,
        "They spoke over my head about people like me.", "", "untestable", is_cleared=False,
    ),
    # nobody has coded it: no evidence until somebody does
    Voice(
        "form", "", "", "community", "negative", ("all", "ALL"), 8, 8,
        "Nobody came to see us after we got home.", "", "untestable", is_cleared=False,
    ),
    Voice("walk_the_patch", "staff.manner", "E16", "postnatal_ward", "positive", ("all", "ALL"), 31, 48),
    Voice("survey", "journey.continuity", "E7", "community", "mixed", ("deprivation_quintile", "1"), 17, 44),
    Voice("outreach", "general.feeling_safe", "E1", "neonatal", "negative", ("all", "ALL"), 5, 9),
)  # fmt: skip


def voice_rows(system: LocalSystem) -> list[tuple[Cell, ...]]:
    """The statements and counts that a partnership supplies; the planted ones in the system that has councils."""
    told = [voice for voice in VOICES if system.councils or not voice.says]
    return [
        (
            f"{system.partnership}-{number:03d}", f"Synthetic partnership of {system.lmns_code}", voice.method,
            *YEAR, voice.theme, voice.equity, voice.stage, voice.sentiment, *voice.group, voice.speakers,
            voice.respondents, voice.metric, voice.statement, "Y" if voice.statement and voice.is_cleared else "",
            "mnvp_chair" if voice.statement and voice.is_cleared else "",
        )
        for number, voice in enumerate(told, start=1)
    ]  # fmt: skip


MEMBERS = {"WHITE": 74, "MIXED": 3, "ASIAN": 10, "BLACK": 5, "OTHER": 0, "Z": 2}
NEONATAL_MEMBERS = {"WHITE": 3, "MIXED": 0, "ASIAN": 0, "BLACK": 0, "OTHER": 0, "Z": 0}
UNHEARD = "ASIAN"


def member_rows(system: LocalSystem) -> list[tuple[Cell, ...]]:
    """Members of a partnership by part and ethnic group."""
    name = f"Synthetic partnership of {system.lmns_code}"
    return [
        (name, YEAR[1], role, "ethnicity", group, number)
        for role, counts in (("parent", MEMBERS), ("neonatal_parent", NEONATAL_MEMBERS))
        for group, number in counts.items()
    ]


# kind, determinant, stage, communities, languages, councils that have one (by place)
_ASSETS = (
    ("hub", "isolation", "all", "ALL", "en", (0, 1, 2)),
    ("baby_bank", "income", "postnatal", "ALL", "en", (0, 1)),
    ("food_bank", "food", "all", "ALL", "en", (0, 1, 2)),
    ("infant_feeding", "isolation", "postnatal", "ALL", "en; gu", (0, 1)),
    ("language_group", "language", "all", "H;J", "gu; pa; ur", (0,)),
    ("faith", "isolation", "all", "ASIAN", "gu; hi", (0,)),
    ("peer", "isolation", "postnatal", "WHITE;ASIAN", "en; gu", (0, 1)),
    ("mental_health", "isolation", "postnatal", "ALL", "en", (0, 1, 2)),
    ("advice", "migration", "all", "OTHER", "ar; so", (0,)),
    ("housing", "housing", "all", "ALL", "en", (0, 1)),
)
# kinds that one council has nothing of, and groups that no asset names
GAP_KIND, GAP_COUNCIL = "infant_feeding", 2
UNSERVED = "BLACK"
# a kind whose money ends within a year, and one whose owners do not agree to publication
ENDING_KIND, ENDING = "infant_feeding", dt.date(2026, 9, 30)
UNPUBLISHED_KIND = "housing"


def asset_rows(system: LocalSystem) -> list[tuple[Cell, ...]]:
    """The list of assets of a voluntary sector."""
    rows: list[tuple[Cell, ...]] = []
    for kind, determinant, stage, communities, languages, places in _ASSETS:
        for place in places:
            council = system.councils[place]
            number = len(rows) + 1
            rows.append((
                f"A{number:03d}", f"Synthetic {kind.replace('_', ' ')} of {council.name}",
                "organisation" if kind in ("housing", "advice") else "association", f"Synthetic association {number}",
                kind, determinant, stage, communities, languages, "Y" if kind in ("advice", "hub") else "N", "free",
                "professional" if kind == "mental_health" else "both", council.code, "Y" if number % 3 else "N",
                "Y" if kind == "hub" else "N", "Y" if kind in ("advice", "mental_health") else "N",
                ENDING if kind == ENDING_KIND else "", dt.date(2026, 1, 10) + dt.timedelta(days=number), "Coordinator",
                "N" if kind == UNPUBLISHED_KIND else "Y",
            ))  # fmt: skip
    return rows
