"""What people said on the page: themes beside figures, firm gaps that nobody spoke of, and who is heard.

The words are evidence.py's; the status is the warehouse's. Nothing is ordered by how many people said it.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from orchestration.outputs import evidence as words
from orchestration.outputs import wording as say
from orchestration.outputs.figures import Facts, Figure, Row, Table, records

TITLE = "What people said, and what the numbers say"
INTRO = (
    "Each theme of what people said is set against the figures that could bear it out: supported, contradicted, mixed, or "
    "untestable with what is missing. Importance is never read from how many people said it: the themes stand in the order of the code list."
)
EMPTY = (
    "No statement of the people who use the services reached this audit. The Maternity and Neonatal Voices Partnership can supply what "
    "it heard (data set voice) and who its members are (data set voices_membership)."
)
THEME_COLUMNS = (
    "What people said", "Who said it", "Stage of care", "Praise or complaint", "People", "Do the figures bear it out?",
    "What they say, or what is missing", "Figures", "In their words", "Figure id",
)  # fmt: skip
UNHEARD_COLUMNS = ("Gap", "In words", "Figure id")
HEARD_COLUMNS = (
    "Who is heard", "Group", "People", "Of", "Share (%)", "95% interval", "Share of births (%)", "Ratio", "95% interval of the ratio",
    "Verdict", "Figure id",
)  # fmt: skip
MOST_UNHEARD = 40


def anchor_of(row: Row, anchors: Mapping[str, str]) -> str | None:
    """The figure of the page that draws a metric by these groups, or the metric at all."""
    return anchors.get(f"{row['metric_id']}/{row['dimension']}") or anchors.get(str(row["metric_id"]))


def _links(figures: list[Row], anchors: Mapping[str, str]) -> Markup:
    links = []
    for row in figures:
        text = f"{row['metric_name']} {row['gap_figure_id']}"
        anchor = anchor_of(row, anchors)
        links.append(Markup('<a href="#{}">{}</a>').format(anchor, text) if anchor else Markup.escape(text))
    return Markup("; ").join(links)


def _theme_cells(row: Row, figures: list[Row], anchors: Mapping[str, str]) -> tuple[str, ...]:
    return (
        words.theme(row), words.group(row), words.stages(row), row["claim"], words.people(row), row["status"],
        row["sentence"], _links(figures, anchors), "" if say.missing(row["quotes"]) else str(row["quotes"]), row["figure_id"],
    )  # fmt: skip


def _in_short(row: Row) -> str:
    missing = (
        f". Missing: {row['item']}" if row["status"] == "untestable" and not say.missing(row["item"]) else ""
    )
    return f"{words.theme(row)}, {words.group(row)}: {row['status']}{missing}."


def _themes(facts: Facts, rows: list[Row], anchors: Mapping[str, str]) -> Figure:
    behind = words.figures_by_theme(facts.system.evidence_figures)
    counted = {
        status: sum(row["status"] == status for row in rows)
        for status in ("supported", "contradicted", "mixed", "untestable")
    }
    share = next(
        (row for row in records(facts.system.voice_representation) if row["group_code"] == "NEONATAL"), None
    )
    statement = ", ".join(f"{number} {status}" for status, number in counted.items() if number)
    return Figure(
        key="voices-themes",
        title="Themes beside the figures",
        question="Do the figures bear out what people said?",
        table=Table(
            THEME_COLUMNS,
            tuple(_theme_cells(row, behind.get(row["figure_id"], []), anchors) for row in rows),
            frozenset(),
        ),
        statement=f"Of {len(rows)} themes: {statement}. {_neonatal(share)}".strip(),
        points=tuple(_in_short(row) for row in rows),
        figure_id=rows[0]["figure_id"],
        notes=(
            "A group is compared with the other groups of this system, everybody with England. No clear difference contradicts a "
            "complaint only where a difference that would matter is ruled out.",
            "People are shown as [c] for 1 to 7 and else to the nearest 5. A group of which fewer than eight people said it is not named. "
            "Words are shown only with recorded consent and clearance.",
        ),
    )


def _neonatal(share: Row | None) -> str:
    if share is None:
        return ""
    if say.missing(share["share"]) and not say.missing(share["people"]):
        return (
            f"{say.number(share['people'])} of about {say.number(share['people_in_all'])} who spoke told of neonatal care; fewer than "
            "100 people have no percentage."
        )
    if say.missing(share["share"]):
        return (
            "The share of what was said that is about neonatal care is hidden because so few people said it."
        )
    return (
        f"About {say.number(share['share'])}% of those who spoke told of neonatal care (95% interval "
        f"{say.number(share['share_lower_95'])}% to {say.number(share['share_upper_95'])}%, about {say.number(share['people_in_all'])} people)."
    )


def _unheard(rows: list[Row]) -> Figure:
    statement = f"{len(rows)} firm gap{'s' if len(rows) > 1 else ''} that no statement speaks of."
    if len(rows) > MOST_UNHEARD:
        statement += f" The first {MOST_UNHEARD} in order of the findings are shown; evidence.csv has all."
    return Figure(
        key="voices-unheard",
        title="Firm gaps that no voice mentions",
        question="What do the figures show that nobody spoke of?",
        table=Table(
            UNHEARD_COLUMNS,
            tuple((row["title"], row["sentence"], row["figure_id"]) for row in rows[:MOST_UNHEARD]),
            frozenset(),
        ),
        statement=statement,
        figure_id=rows[0]["figure_id"],
        notes=(
            "Nobody may have been asked. It is a question for the partnership, not a sign that it does not matter.",
        ),
    )


def _between(row: Row, column: str, decimals: int) -> str:
    low, high = (row[f"{column}_{end}_95"] for end in ("lower", "upper"))
    return "" if say.missing(low) else f"{say.number(low, decimals)} to {say.number(high, decimals)}"


def _ratios(row: Row) -> str:
    low, high = say.ratio(row, "ratio_lower_95"), say.ratio(row, "ratio_upper_95")
    return f"{low} to {high}" if low and high else ""


def _heard_cells(row: Row) -> tuple[str, ...]:
    count = row["mark"] if not say.missing(row["mark"]) else say.number(row["people"])
    return (
        row["heard_as"], row["group_name"], count, say.number(row["people_in_all"]), say.number(row["share"]),
        _between(row, "share", 0), say.number(row["birth_share"]), say.ratio(row), _ratios(row),
        row["verdict"], row["figure_id"],
    )  # fmt: skip


def _heard(rows: list[Row]) -> Figure:
    minority = next(
        (
            row
            for row in rows
            if (row["heard_as"], row["group_code"]) == ("parent members", "ETHNIC_MINORITY")
        ),
        None,
    )
    statement = ""
    if minority is not None and not say.missing(minority["share"]):
        births = (
            ""
            if say.missing(minority["birth_share"])
            else f"; of births, {say.number(minority['birth_share'])}%: {minority['verdict']}"
        )
        statement = (
            f"About {say.number(minority['share'])}% of parent members whose group is stated are from ethnic minority groups (95% interval "
            f"{_between(minority, 'share', 0)}%, about {say.number(minority['people_in_all'])} members){births}."
        )
    elif minority is not None and not say.missing(minority["people"]):
        statement = (
            f"{say.number(minority['people'])} of about {say.number(minority['people_in_all'])} parent members whose group is stated are "
            f"from ethnic minority groups: {minority['verdict']}. Fewer than 100 people have no percentage."
        )
    elif minority is not None:
        statement = (
            "The share of parent members from ethnic minority groups is hidden because the numbers are small."
        )
    compared = sorted({str(row["compared_with"]) for row in rows if not say.missing(row["compared_with"])})
    return Figure(
        key="voices-heard",
        title="Who is heard",
        question="Are the members of the partnership like the women who give birth?",
        table=Table(HEARD_COLUMNS, tuple(map(_heard_cells, rows)), frozenset({2, 3, 4, 6, 7})),
        statement=statement,
        figure_id=rows[0]["figure_id"],
        notes=(
            "Shares and intervals are made from the shown counts; a hidden count can be anything from 1 to 7, and its interval says so. Members "
            "whose group is not stated are left out. White minorities, such as Gypsy, Roma and Irish Traveller women, are counted with White.",
            *(f"Share of births: {name}." for name in compared),
        ),
    )


def evidence_figures(facts: Facts, anchors: Mapping[str, str]) -> tuple[Figure, ...]:
    """The tables of the section; none where nothing was supplied."""
    system = facts.system
    rows = records(words.in_words(system.evidence, system.evidence_figures, system.findings))
    themes = [row for row in rows if row["kind"] == words.THEME]
    unheard = [row for row in rows if row["kind"] == words.UNHEARD]
    heard = [row for row in records(system.voice_representation) if row["dimension"] == "ethnicity"]
    figures = []
    if themes:
        figures.append(_themes(facts, themes, anchors))
    if unheard:
        figures.append(_unheard(unheard))
    if heard:
        figures.append(_heard(heard))
    return tuple(figures)


def said_of(facts: Facts) -> dict[str, Markup]:
    """By finding, what people said of it: the status of a theme that is set against its gap, or that no voice mentions it."""
    system = facts.system
    status = {row["figure_id"]: row["status"] for row in records(system.evidence)}
    of_gap: dict[str, set[str]] = {}
    for row in records(system.evidence_figures):
        for name in (row["gap_figure_id"], row["value_figure_id"]):
            of_gap.setdefault(name, set()).add(status.get(row["evidence_id"], ""))
    said = {
        str(row["figure_ids"]).split()[0]: Markup('<a href="#voices-unheard">no voice mentions it</a>')
        for row in records(system.evidence)
        if row["kind"] == words.UNHEARD
    }
    for row in records(system.findings):
        found = {
            one
            for name in (row["gap_figure_id"], row["value_figure_id"])
            for one in of_gap.get(str(name), ())
        } - {""}
        if found:
            said[row["figure_id"]] = Markup('<a href="#voices-themes">{}</a>').format(
                ", ".join(sorted(found))
            )
    return said
