"""One system's audit page: sections, their figures, and the HTML. `render_page` is pure: no file, no clock.

How a figure is built is in figures.py, how a chart is drawn in charts.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestration.outputs import page_evidence
from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.figures import GROUPED, Facts, Figure, by_group, counts, measured, overview
from orchestration.outputs.figures_assets import INTRO as ASSETS_INTRO
from orchestration.outputs.figures_assets import assets_figures
from orchestration.outputs.figures_checklist import INTRO as CHECKLIST_INTRO
from orchestration.outputs.figures_checklist import checklist_figures
from orchestration.outputs.figures_council import DIMENSIONS as COUNCIL_DIMENSIONS
from orchestration.outputs.figures_council import by_council, is_council_measure
from orchestration.outputs.figures_funnel import beside_others
from orchestration.outputs.figures_inequality import with_measures
from orchestration.outputs.figures_national import crossed, grid, is_about_death, published_facts
from orchestration.outputs.figures_population import representation
from orchestration.outputs.figures_time import FEWEST_POINTS, over_time
from orchestration.outputs.page_actions import INTRO as ACTIONS_INTRO
from orchestration.outputs.page_actions import action_figures
from orchestration.outputs.page_compared import compared, robustness
from orchestration.outputs.page_findings import INTRO, findings_figures
from orchestration.outputs.page_local import agreement, coding, files, items, linkage
from orchestration.outputs.page_parts import environment
from orchestration.outputs.page_quality import completeness, quality_table
from orchestration.outputs.page_scorecard import scorecard
from orchestration.outputs.page_staff import INTRO as STAFF_INTRO
from orchestration.outputs.page_staff import TITLE as STAFF
from orchestration.outputs.page_staff import staff_figures
from orchestration.outputs.page_submissions import submissions
from orchestration.outputs.page_words import METHOD, PRINCIPLES, VERDICT_MEANINGS, cannot_know
from orchestration.outputs.provenance_table import provenance_table
from orchestration.outputs.summary import Sentence, summarise

# the guidance's own dimensions; age, language and need of an interpreter are drawn where they tell something
ALWAYS_DRAWN = ("ethnicity", "ethnicity_detailed", "deprivation_quintile", "deprivation")


@dataclass(frozen=True)
class Section:
    """One part of the page. `empty` says why there is nothing to show."""

    key: str
    title: str
    intro: str
    figures: tuple[Figure, ...]
    empty: str = ""

    @property
    def short(self) -> str:
        """The name in the contents."""
        return SHORT.get(self.key, self.title)


# key, title, introduction, domains of the metric register, why it can be empty
SECTIONS = (
    (
        "population", "Who the women and babies are",
        "Whom care has to reach: women who booked and gave birth, by ethnic group, deprivation of their home area and age.",
        ("population",), "No file with bookings, births or population reached this audit.",
    ),
    (
        "access", "Access",
        "Early booking gives time for every later step of care.",
        ("access",), "No published figure on access reached this audit.",
    ),
    (
        "risk", "Risk and prevention",
        "What raises risk, and whether prevention reached women in time.",
        ("risk", "prevention"), "No published figure on risk and prevention reached this audit.",
    ),
    (
        "care", "Care",
        "How women and babies were cared for. Modes of birth are described and never judged: the right share is the one "
        "that fits each woman’s needs and choices.",
        ("care", "experience"), "No published figure on care reached this audit.",
    ),
    (
        "continuity", "Continuity of carer",
        "Being looked after by the same small team. The guidance asks for it first where outcomes are worst.",
        ("continuity",), "No published figure on continuity of carer reached this audit.",
    ),
    (
        "outcomes", "Outcomes",
        "What happened to women and babies.",
        ("outcomes",), "No published figure on outcomes reached this audit.",
    ),
    (
        "neonatal", "Neonatal care",
        "Babies who were admitted to a neonatal unit. A baby born at term who is admitted is parted from its mother, often avoidably.",
        ("neonatal",), "",
    ),
    (
        "mortality", "Stillbirth, neonatal and infant death: the national picture",
        "Deaths are too few in one system to compare groups safely, so these are figures for England or the United Kingdom. "
        "They say where to look, not what happened here.",
        ("mortality",), "No national publication on deaths by group reached this audit.",
    ),
    (
        "mental-health", "Perinatal mental health",
        "Whether women reached specialist care in the year around birth.",
        ("mental_health",), "No published figure on perinatal mental health reached this audit.",
    ),
    (
        "other", "Other measures", "Measures of the register that belong to no other part.", (), "",
    ),
)  # fmt: skip
SHORT = {
    "population": "Women and babies",
    "voices": "What people said",
    "mortality": "Deaths: national picture",
    "local": "Local records",
    "quality": "Data quality",
}
DOMAIN_TITLES = {
    "access": "Access",
    "risk": "Risk and prevention",
    "care": "Care",
    "continuity": "Continuity of carer",
    "outcomes": "Outcomes",
    "data_quality": "Recording",
    "mental_health": "Perinatal mental health",
}
LOCAL_INTRO = (
    "What hospitals, mental health trusts and councils sent: whether it came, how ethnic category is coded and where, which records could "
    "be linked, what is filled in, how local, published and census figures agree, and which gaps people of unknown group could undo."
)
FEWEST_IN_GRID = 3
UNITS = {"%": "percentages", "per 1,000": "per 1,000"}


def _families(facts: Facts, section: str, metric_ids: Sequence[str]) -> list[tuple[str, str, list[str]]]:
    """Measures that share a chart: judged or described, by month or by year, of one unit."""
    found: dict[tuple[int, bool, str], list[str]] = {}
    for metric_id in metric_ids:
        metric = facts.metrics[metric_id]
        if facts.total(metric_id) is None or metric["kind"] == "count":
            continue
        # local records by month stand under change over time
        if facts.is_local(metric_id) and facts.has_year_of(metric_id):
            continue
        rank = 2 if metric_id.startswith("sbl_") else 1 if metric["polarity"] == "neutral" else 0
        yearly = metric["period_window"] in ("calendar_year", "financial_year")
        found.setdefault((rank, yearly, metric["unit"]), []).append(metric_id)
    titles = (
        "compared with England",
        "described, never judged",
        "Saving Babies’ Lives, the publisher’s indicators",
    )
    families = []
    for (rank, yearly, unit), ids in sorted(found.items()):
        known = any(
            row["england_value"] is not None for name in ids if (row := facts.total(name)) is not None
        )
        title = f"{section}: {titles[rank] if known or rank else 'this system'}" + (
            ", over a year" if yearly else ""
        )
        if sum(key[:2] == (rank, yearly) for key in found) > 1:
            title += f" ({UNITS.get(unit, unit)})"
        slug = f"{rank}{'-year' if yearly else ''}-{unit}".replace("%", "percent")
        families.append(
            ("".join(sign if sign.isalnum() else "-" for sign in slug), title, _by_topic(facts, ids))
        )
    return families


def _by_topic(facts: Facts, ids: Sequence[str]) -> list[str]:
    return sorted(
        ids, key=lambda metric_id: (say.base_name(facts.metrics[metric_id]["metric_name"]), metric_id)
    )


def _figures(
    facts: Facts, key: str, title: str, metric_ids: Sequence[str], anchors: dict[str, str]
) -> list[Figure]:
    figures = []
    for slug, name, ids in _families(facts, title, metric_ids):
        figure = overview(facts, f"{key}-{slug}", name, "", ids)
        if figure is not None:
            figures.append(figure)
            anchors.update(dict.fromkeys(ids, figure.key))
    bare = [metric_id for metric_id in metric_ids if facts.metrics[metric_id]["kind"] == "count"]
    counted = counts(facts, f"{key}-counts", f"{title}: counts", bare)
    if counted is not None:
        figures.append(counted)
        anchors.update(dict.fromkeys(bare, counted.key))
    if key == "population":
        figures = [*filter(None, [representation(facts)]), *figures]
    for metric_id in metric_ids:
        for dimension in _grouped(facts, metric_id, "lmns"):
            if _tells_nothing(facts, metric_id, dimension):
                continue
            _add(figures, anchors, metric_id, dimension, _one(facts, metric_id, dimension, "lmns"))
    for metric_id in filter(lambda name: is_council_measure(facts, name), metric_ids):
        for dimension in COUNCIL_DIMENSIONS:
            _add(figures, anchors, metric_id, dimension, by_council(facts, metric_id, dimension))
    return [*figures, *_national(facts, key, title, metric_ids, anchors)]


def _add(
    figures: list[Figure], anchors: dict[str, str], metric_id: str, dimension: str, figure: Figure | None
) -> None:
    if figure is not None:
        figures.append(figure)
        anchors[f"{metric_id}/{dimension}"] = figure.key


def _one(facts: Facts, metric_id: str, dimension: str, level: str) -> Figure | None:
    """One measure by one kind of group, with its summary measures."""
    make = crossed if _is_crossed(dimension) else by_group
    figure = with_measures(facts, make(facts, metric_id, dimension, level), metric_id, dimension, level)
    # the sentence stays; the table of summary measures of local records is inequality.csv, since the page has to stay small
    return replace(figure, extra=None) if figure is not None and facts.is_local(metric_id) else figure


def _tells_nothing(facts: Facts, metric_id: str, dimension: str) -> bool:
    """Whether a figure of local records would show nothing; the data pack holds it.

    Fewer than two known groups are no comparison. By all ethnic groups, which stand beside five, and by a further characteristic it
    has to show a group clearly worse or better. Ethnic group by deprivation is drawn wherever half of its groups can be shown.
    """
    if not facts.is_local(metric_id):
        return False
    rows = facts.latest(metric_id, dimension)
    held = sum(row["value"] is not None for row in rows)
    if sum(row["value"] is not None and not row["is_unknown"] for row in rows) < 2:
        return True
    if dimension in ALWAYS_DRAWN and dimension != "ethnicity_detailed":
        return False
    if _is_crossed(dimension):
        return 2 * held < len(rows)
    return not {facts.verdict(row, "best") for row in rows} & {say.WORSE, say.BETTER}


def _is_crossed(dimension: str) -> bool:
    return "ethnicity" in dimension and "deprivation" in dimension


def _grouped(facts: Facts, metric_id: str, level: str) -> list[str]:
    """Dimensions to draw: not those of bare counts, nor shares of a crossed whole, which say little by themselves."""
    kind = facts.metrics[metric_id]["kind"]
    if kind == "count":
        return []
    return [
        name
        for name in facts.dimensions(metric_id, level)
        if not (kind == "composition" and _is_crossed(name))
    ]


def _national(
    facts: Facts, key: str, title: str, metric_ids: Sequence[str], anchors: dict[str, str]
) -> list[Figure]:
    """England by group where nothing is published for the system: one figure each, or a grid for many of a kind."""
    alike: dict[tuple[str, str, bool, bool], list[str]] = {}
    for metric_id in metric_ids:
        metric = facts.metrics[metric_id]
        own = facts.dimensions(metric_id, "lmns")
        for dimension in _grouped(facts, metric_id, "national"):
            if dimension not in own and metric["kind"] != "composition":
                judged = metric["polarity"] != "neutral"
                kind = (metric["source_id"], dimension, judged, is_about_death(metric_id))
                alike.setdefault(kind, []).append(metric_id)
    figures: list[Figure] = []
    for (source, dimension, judged, about_death), ids in sorted(alike.items(), key=_national_order):
        if len(ids) >= FEWEST_IN_GRID and not about_death and not _is_crossed(dimension):
            slug = f"{key}-{source}-{dimension}-{'judged' if judged else 'described'}"
            name = f"{title}: England by {say.dimension_name(dimension)}{'' if judged else ', described'}"
            figure = grid(facts, slug, name, dimension, ids)
            for metric_id in ids:
                _add([], anchors, metric_id, dimension, figure)
            figures += filter(None, [figure])
            continue
        for metric_id in ids:
            _add(figures, anchors, metric_id, dimension, _one(facts, metric_id, dimension, "national"))
    return figures


def _national_order(item: tuple[tuple[str, str, bool, bool], list[str]]) -> tuple[bool, bool, int, str]:
    """Deaths first, judged before described; ethnic group, deprivation, then both crossed."""
    (source, dimension, judged, about_death), _ = item
    place = GROUPED.index(dimension) if dimension in GROUPED else len(GROUPED)
    return not about_death, not judged, place, f"{dimension} {source}"


def _paired(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Half-width figures come in pairs; one that is left over takes the whole width."""
    placed, waiting = [], False
    for place, figure in enumerate(figures):
        if figure.wide or waiting:
            waiting = False
        elif place + 1 < len(figures) and not figures[place + 1].wide:
            waiting = True
        else:
            figure = replace(figure, wide=True)
        placed.append(figure)
    return tuple(placed)


def _over_time(facts: Facts, anchors: dict[str, str]) -> Section:
    figures = over_time(facts)
    anchors.update({figure.key: figure.key for figure in figures})
    return Section(
        "trends",
        "Change over time",
        "A point outside the limits, or a long run on one side of the mean, is more than ordinary variation. Two months never make a trend.",
        _paired(figures),
        ""
        if figures
        else f"The files of this audit hold fewer than {FEWEST_POINTS} periods of every measure. Change cannot be told from so few; "
        "add earlier months to the input folder.",
    )


def _beside_others(facts: Facts) -> Section:
    figures = beside_others(facts)
    return Section(
        "systems", "Beside other systems",
        "Each dot is one system, larger ones to the right. Small systems vary more by chance, so the limits are wider on the left. "
        "This is no league table.",
        _paired(figures), "" if figures else "No measure is published for enough systems to compare them.",
    )  # fmt: skip


def _part_of(facts: Facts, metric_id: str) -> str:
    """The part of the page that a measure is read in."""
    domain = facts.metrics[metric_id]["domain"]
    if domain in ("outcomes", "neonatal") and is_about_death(metric_id) and facts.total(metric_id) is None:
        return "mortality"
    if domain == "data_quality":
        return "quality"
    return next((section[0] for section in SECTIONS if domain in section[3]), "other")


def _sections(facts: Facts) -> tuple[list[Section], dict[str, str]]:
    anchors: dict[str, str] = {}
    sections = [
        Section("findings", "Findings", INTRO, findings_figures(facts)),
        Section("actions", "Action plan", ACTIONS_INTRO, action_figures(facts)),
    ]
    for key, title, intro, domains, empty in SECTIONS:
        metric_ids = [metric_id for metric_id in facts.metrics if _part_of(facts, metric_id) == key]
        figures = _figures(facts, key, SHORT.get(key, title), metric_ids, anchors)
        read_in = ("outcomes", *domains) if key == "mortality" else domains
        facts_figure = published_facts(facts, key, SHORT.get(key, title), read_in, key == "mortality")
        figures += filter(None, [facts_figure])
        if figures or empty:
            sections.append(Section(key, title, intro, _paired(figures), "" if figures else empty))
    sections += [_over_time(facts, anchors), _beside_others(facts)]
    sections.append(Section("staff", STAFF, STAFF_INTRO, _paired(staff_figures(facts))))
    assets = assets_figures(facts)
    sections.append(
        Section(
            "assets", "Community assets", ASSETS_INTRO, assets,
            "" if assets else "Neither a register of community assets nor a count of who needs them reached this audit.",
        )
    )  # fmt: skip
    checklist = checklist_figures(facts)
    sections.append(
        Section(
            "checklist", "The guidance’s checklist", CHECKLIST_INTRO, checklist,
            "" if checklist else "The checklist has no row for this system.",
        )
    )  # fmt: skip
    quality = [*completeness(facts, anchors)]
    rated = [name for name, metric in facts.metrics.items() if metric["domain"] == "data_quality"]
    quality += _figures(facts, "recording", "Recording", rated, anchors)
    quality += filter(None, [quality_table(facts)])
    local = [
        *filter(None, [submissions(facts)]), *coding(facts, anchors), *filter(None, [agreement(facts)]), *linkage(facts),
        *items(facts, anchors), *filter(None, [files(facts)]), *compared(facts), *robustness(facts),
    ]  # fmt: skip
    if local:
        sections.append(
            Section("local", "Local records: how far they can be trusted", LOCAL_INTRO, _paired(local))
        )
    sections.append(
        Section(
            "quality", "How far the data can be trusted",
            "What was recorded, what was withheld, what is missing and what disagrees. “Not stated” is an answer; “not known” means "
            "that nobody asked or could ask; “missing” means that nothing usable arrived.",
            _paired(quality), "" if quality else "No check of data quality has a result for this system.",
        )
    )  # fmt: skip
    said = page_evidence.evidence_figures(facts, anchors)
    voices = Section(
        "voices", page_evidence.TITLE, page_evidence.INTRO, said, "" if said else page_evidence.EMPTY
    )
    return [sections[0], voices, *sections[1:]], anchors


@dataclass(frozen=True)
class Tile:
    """One key number."""

    number: str
    words: str
    detail: str
    anchor: str


def _tiles(facts: Facts, anchors: dict[str, str]) -> list[Tile]:
    tiles = []
    for metric_id, words in (("bookings", "women booked"), ("deliveries", "women gave birth")):
        row = facts.total(metric_id)
        if row is not None and row["value"] is not None:
            tiles.append(Tile(say.number(row["value"]), words, row["period_label"], "population"))
    for row in facts.latest("bookings_share", "deprivation_quintile"):
        if row["group_code"] == "Q1" and row["value"] is not None:
            words = "of women booked live in the 20% most deprived areas"
            england = f"England {measured(row, 'england_value')}, {row['period_label']}"
            tiles.append(Tile(measured(row), words, england, "population"))
    return tiles


def render_page(system: SystemData, edition: str, contact: str | None = None) -> str:
    """The page of one system, as HTML.

    Args:
        system: the system's protected figures.
        edition: name of the edition.
        contact: who answers for the audit, from the system's settings.
    """
    facts = Facts(system)
    sections, anchors = _sections(facts)
    own = [row for row in facts.values if row["organisation_level"] == "lmns"]
    context = {
        "system": system,
        "lmns": {name: (None if say.missing(value) else value) for name, value in system.lmns.items()},
        "edition": edition,
        "contact": contact,
        "tiles": _tiles(facts, anchors),
        "sentences": summarise(facts, anchors),
        "scorecard": scorecard(facts, anchors),
        "sections": sections,
        "unknown": cannot_know(facts),
        "method": METHOD,
        "principles": PRINCIPLES,
        "provenance": provenance_table(system),
        "domain_titles": DOMAIN_TITLES,
        "verdict_meanings": VERDICT_MEANINGS,
        "bases": str(system.lmns["basis"]).split("; "),
        "example_id": own[0]["figure_id"] if own else "mv-0123456789ab",
    }
    return environment().get_template("audit.html.j2").render(context)


__all__ = ["Section", "Sentence", "Tile", "render_page"]
