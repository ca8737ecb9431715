"""The part of the page on staff: the system's own figures by the standard's indicators, England's as context, and what is absent.

Knows no HTML and makes no number that a column does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Point, Series
from orchestration.outputs.figures import Facts, Figure, Row, Table, records

TITLE = "Staff"
INTRO = (
    "Whether staff of every ethnic group are appointed, developed, treated and heard alike, by the indicators of the “Workforce "
    "Race Equality Standard”, and whether staff are like the mothers they serve. Everything is worked out from counts."
)
STANDARD_LABEL = (
    "“All other ethnic groups combined” is the grouping of the standard, whose own label is “BME”. It hides differences between "
    "the groups in it, so narrower groups stand beside it where the trust gives them."
)
NOT_ADDED = (
    "A person may hold posts in two bands, so bands are never added up: all bands is a headcount of its own."
)
OTHERS, WHITE, ALL_BANDS = "WRES_OTHER", "WHITE", "all"
LIKELIHOOD_COLUMNS = (
    "Measure", "Indicator", "Organisation", "Staff", "Ethnic group", "Of this group (%)", "Of White staff (%)", "Ratio", "Ratio 95% lower",
    "Ratio 95% upper", "What the ratio means", "Range 0.80 to 1.25 (a screening convention, unverified)", "Printed ratio", "Result",
    "Figure id",
)  # fmt: skip
SURVEY_COLUMNS = (
    "Question", "Indicator", "Organisation", "Staff", "Ethnic group", "Of this group (%)", "Of White staff (%)",
    "Difference (percentage points)", "95% lower", "95% upper", "Better when", "Result", "Figure id",
)  # fmt: skip
BAND_COLUMNS = (
    "Band", "Organisation", "Staff", "Ethnic group", "Staff of the group", "Staff of the band", "Share (%)", "95% lower", "95% upper",
    "Share of all bands (%)", "Difference (percentage points)", "Difference 95% lower", "Difference 95% upper", "Result", "Figure id",
)  # fmt: skip
MOTHERS_COLUMNS = (
    "Ethnic group", "Organisation", "Staff", "Band", "Share of staff (%)", "Share of women booked (%)", "Difference (percentage points)",
    "95% lower", "95% upper", "Women booked", "Figure id",
)  # fmt: skip
BOARD_COLUMNS = (
    "Ethnic group", "Organisation", "Share of the board (%)", "Share of the whole trust’s staff (%)", "Board less staff (percentage points)",
    "95% lower", "95% upper", "Result", "Why", "Figure id",
)  # fmt: skip
COVERAGE_COLUMNS = (
    "Measure",
    "Organisation",
    "Staff",
    "How many",
    "Of how many",
    "Share (%)",
    "95% lower",
    "95% upper",
    "Figure id",
)
SURVEY_GROUPS = (("nhs", "ALL"), ("nhs", WHITE), ("nhs", OTHERS), ("midwife", "ALL"))
NATIONAL_SURVEY_COLUMNS = (
    "Question", "Indicator", "All staff (%)", "White staff (%)", "All other ethnic groups combined (%)", "Midwives of every ethnic group (%)",
    "Figure id",
)  # fmt: skip
ABSENT_COLUMNS = ("What", "Indicator", "What it takes", "In this audit", "Figure id")


@dataclass(frozen=True)
class Wanted:
    """One thing that an audit of staff holds: its indicator, the measures that are it, and the counts that it takes."""

    name: str
    indicator: str
    measures: tuple[str, ...]
    takes: str


WANTED = (
    Wanted("Staff by band", "1", ("headcount",), "Headcount by band and ethnic group, and of all bands"),
    Wanted("Appointment from shortlisting", "2", ("appointed", "appointed_without_overseas"), "Shortlisted and appointed by ethnic group"),
    Wanted("Formal disciplinary process", "3", ("disciplinary",), "Staff who entered the process by ethnic group"),
    Wanted("Training beyond what is mandatory", "4", ("cpd",), "Staff who had such training by ethnic group"),
    Wanted("Harassment by patients or the public", "5", ("harassment_public",), "Answers to the staff survey by ethnic group"),
    Wanted("Harassment by staff", "6", ("harassment_managers", "harassment_colleagues"), "Answers to both questions by ethnic group"),
    Wanted("Equal opportunity", "7", ("equal_opportunity",), "Answers to the staff survey by ethnic group"),
    Wanted("Discrimination", "8", ("discrimination",), "Answers to the staff survey by ethnic group"),
    Wanted("Board", "9", ("board_voting",), "Voting members by ethnic group, and the headcount of the whole trust"),
    Wanted("Cultural competence", "", ("cultural_competence",), "Staff trained in the last two years"),
    Wanted("Incident reviews", "", ("incident_review",), "Incidents whose review looked at culture, ethnicity and language"),
)  # fmt: skip


def _percent(row: Row, column: str) -> str:
    """A percentage as its counts bear it; the mark where it is hidden."""
    if row[column] is None:
        return str(row["mark"] or "") if column == "value" else ""
    return say.number(row[column], int(row["decimals"]))


def _ratio(row: Row, column: str) -> str:
    return say.ratio(row, column)


def _count(row: Row, column: str) -> str:
    return say.number(row[column]) if row[column] is not None else "[c]" if row["protection"] else ""


def _place(row: Row) -> str:
    return str(row["organisation_name"] or row["organisation_code"])


def _indicator(row: Row) -> str:
    return "" if row["wres_indicator"] is None else str(int(row["wres_indicator"]))


def _newest(rows: Iterable[Row]) -> list[Row]:
    """Of each organisation and measure the newest period."""
    rows = list(rows)
    last: dict[tuple[str, str], str] = {}
    for row in rows:
        key = (row["organisation_code"], row["measure_id"])
        last[key] = max(last.get(key, ""), str(row["period_end"]))
    return [
        row for row in rows if str(row["period_end"]) == last[row["organisation_code"], row["measure_id"]]
    ]


def _marks(rows: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    meanings = {
        "[c]": "Hidden because so few staff that someone could be identified.",
        "[low]": "Too few staff for a rate.",
    }
    held = {row["mark"] for row in rows if row["mark"]}
    return tuple((mark, meanings.get(mark, say.meaning_of_mark(mark))) for mark in sorted(held))


def _notes(rows: Iterable[Row], *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*more, *(row["caveat"] for row in rows if row["caveat"])]))


def _told(rows: list[Row], sentence: Callable[[Row], str], none: str) -> str:
    """What is clearly worse, one sentence each; what cannot be told is counted."""
    worse = [row for row in rows if row["verdict"] == say.WORSE and row["group_code"] == OTHERS]
    few = sum(row["verdict"] == say.TOO_FEW for row in rows)
    if rows and all(row["verdict"] in (say.TOO_FEW, say.NOT_AVAILABLE) for row in rows):
        none = "No comparison can be judged."
    text = " ".join(map(sentence, worse)) or none
    return text + (f" {few} of {len(rows)} comparisons have too few staff to tell." if few else "")


def _likelihoods(rows: list[Row]) -> Figure | None:
    rows = [row for row in rows if row["form"] == "likelihood" and row["comparison"] == "white staff"]
    if not rows:
        return None

    def sentence(row: Row) -> str:
        return (
            f"{row['measure_name']}, {_place(row)}: ratio {_ratio(row, 'ratio')} (95% interval {_ratio(row, 'ratio_lower_95')} to "
            f"{_ratio(row, 'ratio_upper_95')}). {row['direction']}"
        )

    table = [
        (
            row["measure_name"], _indicator(row), _place(row), row["staff_group_name"], row["group_name"], _percent(row, "value"),
            _percent(row, "reference_value"), *(_ratio(row, name) for name in ("ratio", "ratio_lower_95", "ratio_upper_95")),
            row["direction"], row["screening"] or "", row["printed_check"] or "", row["verdict"], row["figure_id"],
        )
        for row in rows
    ]  # fmt: skip
    return Figure(
        key="staff-likelihoods",
        title="Appointment, discipline and training: relative likelihoods",
        question="Are staff of every ethnic group as likely to be appointed, disciplined and trained?",
        table=Table(LIKELIHOOD_COLUMNS, tuple(table), frozenset(range(5, 10))),
        statement=_told(rows, sentence, "No ratio is clearly worse than 1."),
        period=rows[0]["period_label"],
        marks=_marks(rows),
        notes=_notes(
            rows,
            "Which way a ratio stands is the standard’s and differs from indicator to indicator. The range from 0.80 to 1.25 is a "
            "screening convention that nobody has checked against the standard’s text: a ratio inside it is no proof of fairness, "
            "one outside it with few appointments no proof of bias.",
            STANDARD_LABEL,
        ),
        figure_id=table[0][-1],
    )


def _survey(rows: list[Row]) -> Figure | None:
    rows = [row for row in rows if row["form"] == "survey" and row["comparison"] == "white staff"]
    if not rows:
        return None

    def sentence(row: Row) -> str:
        return (
            f"{row['measure_name']}: {_percent(row, 'value')}% of all other ethnic groups combined, "
            f"{_percent(row, 'reference_value')}% of White staff ({_place(row)})."
        )

    table = [
        (
            row["measure_name"], _indicator(row), _place(row), row["staff_group_name"], row["group_name"], _percent(row, "value"),
            _percent(row, "reference_value"),
            *(say.number(row[name], 1) for name in ("difference", "difference_lower_95", "difference_upper_95")),
            "lower" if row["direction"].startswith("Higher") else "higher", row["verdict"], row["figure_id"],
        )
        for row in rows
    ]  # fmt: skip
    return Figure(
        key="staff-survey",
        title="What staff say: harassment, opportunity and discrimination",
        question="Do staff of every ethnic group have the same experience at work?",
        table=Table(SURVEY_COLUMNS, tuple(table), frozenset(range(5, 10))),
        statement=_told(rows, sentence, "No answer is clearly worse than that of White staff."),
        period=rows[0]["period_label"],
        marks=_marks(rows),
        notes=_notes(rows, "Answers of fewer than 11 staff are hidden.", STANDARD_LABEL),
        figure_id=table[0][-1],
    )


def _look(row: Row) -> str:
    return (
        say.LOOKS[row["verdict"]] if row["verdict"] in (say.WORSE, say.BETTER, say.NO_DIFFERENCE) else "plain"
    )


def _bands(rows: list[Row]) -> Figure | None:
    rows = [row for row in rows if row["comparison"] == "all bands"]
    if not rows:
        return None
    rows.sort(key=lambda row: (_place(row), row["staff_group_order"], row["band_order"], row["group_order"]))
    drawn = [row for row in rows if row["group_code"] == OTHERS and row["value"] is not None]
    own, whole = [], []
    for place, row in enumerate(drawn):
        share = _percent(row, "value")
        own.append(
            Point(
                place,
                row["value"],
                row["lower_95"],
                row["upper_95"],
                look=_look(row),
                hover=f"{row['band_name']}: {share}%",
            )
        )
        if row["reference_value"] is not None:
            hover = f"All bands: {_percent(row, 'reference_value')}%"
            whole.append(Point(place, row["reference_value"], look="england", hover=hover))
    title = "Staff by band beside all bands"

    def sentence(row: Row) -> str:
        return (
            f"{row['band_name']}, {_place(row)}: {_percent(row, 'value')}% are of all other ethnic groups combined, "
            f"{_percent(row, 'reference_value')}% of all bands."
        )

    statement = _told(rows, sentence, "No band 7 or above clearly has a smaller share than all bands.")
    table = [
        (
            row["band_name"], _place(row), row["staff_group_name"], row["group_name"], _count(row, "numerator"), _count(row, "denominator"),
            *(_percent(row, name) for name in ("value", "lower_95", "upper_95", "reference_value")),
            *(say.number(row[name], 1) for name in ("difference", "difference_lower_95", "difference_upper_95")),
            row["verdict"], row["figure_id"],
        )
        for row in rows
    ]  # fmt: skip
    chart = Chart(
        kind="rows",
        series=(Series("All bands", tuple(whole)), Series("This band", tuple(own))),
        labels=tuple(f"{row['band_name']}, {row['staff_group_name'].lower()}" for row in drawn),
        notes=tuple(f"{_percent(row, 'value')}%" for row in drawn),
        value_title="Percentage of staff",
        alt=f"{title}, all other ethnic groups combined. {statement} All values are in the table.",
    )
    return Figure(
        key="staff-bands",
        title=title,
        question="Do staff of every ethnic group rise alike?",
        chart=chart if drawn else None,
        legend=(("plain", "All other ethnic groups combined in this band"), ("england", "In all bands"))
        if drawn
        else (),
        table=Table(BAND_COLUMNS, tuple(table), frozenset(range(4, 13))),
        statement=statement,
        period=rows[0]["period_label"],
        marks=_marks(rows),
        notes=_notes(rows, NOT_ADDED, "Judged from band 7 up; other bands are described.", STANDARD_LABEL),
        figure_id=table[0][-1],
    )


def _mothers(rows: list[Row]) -> Figure | None:
    rows = [row for row in rows if row["comparison"] == "mothers"]
    if not rows:
        return None
    rows.sort(key=lambda row: (_place(row), row["staff_group_order"], row["band_order"], row["group_order"]))
    drawn = [
        row
        for row in rows
        if row["band"] == ALL_BANDS
        and row["group_code"] != OTHERS
        and None not in (row["value"], row["reference_value"])
    ]
    staff = [Point(place, row["value"], row["lower_95"], row["upper_95"], hover=f"{row['group_name']}: {_percent(row, 'value')}% of staff")
             for place, row in enumerate(drawn)]  # fmt: skip
    women = [Point(place, row["reference_value"], look="second", hover=f"{row['group_name']}: {say.number(row['reference_value'], 1)}% of women booked")
             for place, row in enumerate(drawn)]  # fmt: skip
    widest = max(
        (
            row
            for row in drawn
            if row["group_code"] != WHITE
            and row["difference_upper_95"] is not None
            and row["difference_upper_95"] < 0
        ),
        key=lambda row: -row["difference"],
        default=None,
    )
    statement = (
        f"{widest['group_name']}: {_percent(widest, 'value')}% of {widest['staff_group_name'].lower()}, "
        f"{say.number(widest['reference_value'], 1)}% of women booked."
        if widest
        else "No group but White clearly has a smaller share of all staff than of the women booked."
    )
    title = "Staff beside the mothers they serve"
    table = [
        (
            row["group_name"], _place(row), row["staff_group_name"], row["band_name"], _percent(row, "value"),
            *(say.number(row[name], 1) for name in ("reference_value", "difference", "difference_lower_95", "difference_upper_95")),
            row["reference_period_label"] or "", row["figure_id"],
        )
        for row in rows
    ]  # fmt: skip
    chart = Chart(
        kind="rows",
        series=(Series("Women booked", tuple(women)), Series("Staff", tuple(staff))),
        labels=tuple(f"{row['group_name']}, {row['staff_group_name'].lower()}" for row in drawn),
        notes=tuple(
            f"{_percent(row, 'value')}% of staff, {say.number(row['reference_value'], 1)}% of women"
            for row in drawn
        ),
        value_title="Percentage",
        alt=f"{title}. {statement} All values are in the table.",
    )
    return Figure(
        key="staff-mothers",
        title=title,
        question="Are staff like the mothers they serve?",
        chart=chart if drawn else None,
        legend=(("plain", "Share of staff"), ("second", "Share of women booked")) if drawn else (),
        table=Table(MOTHERS_COLUMNS, tuple(table), frozenset(range(4, 9))),
        statement=statement,
        period=rows[0]["period_label"],
        marks=_marks(rows),
        notes=(
            "Described, never judged: staff differ from the women who booked in age and in where they live.",
            NOT_ADDED,
        ),
        figure_id=table[0][-1],
    )


def _board(rows: list[Row]) -> Figure | None:
    rows = [row for row in rows if row["form"] == "board" and row["dimension"] != "total"]
    if not rows:
        return None
    table = [
        (
            row["group_name"], _place(row), _percent(row, "value"), _percent(row, "reference_value"),
            *(say.number(row[name], 1) for name in ("difference", "difference_lower_95", "difference_upper_95")),
            row["verdict"], row["verdict_reason"], row["figure_id"],
        )
        for row in rows
    ]  # fmt: skip
    return Figure(
        key="staff-board",
        title="Voting members of the board beside the whole trust’s staff",
        question="Is the board like the staff?",
        table=Table(BOARD_COLUMNS, tuple(table), frozenset(range(2, 7))),
        statement=_told(rows, lambda row: f"{_place(row)}: {say.number(row['difference'], 1)} percentage points.", "No clear difference is seen."),
        period=rows[0]["period_label"],
        marks=_marks(rows),
        notes=_notes(rows, "Indicator 9. A board is so small that its counts are mostly hidden here; the trust’s own report may show them."),
        figure_id=table[0][-1],
    )  # fmt: skip


def _coverage(rows: list[Row]) -> Figure | None:
    rows = [row for row in rows if row["form"] == "coverage"]
    if not rows:
        return None
    table = [
        (
            row["measure_name"], _place(row), row["staff_group_name"], _count(row, "numerator"), _count(row, "denominator"),
            *(_percent(row, name) for name in ("value", "lower_95", "upper_95")), row["figure_id"],
        )
        for row in rows
    ]  # fmt: skip
    told = [
        f"{row['measure_name']}, {row['staff_group_name'].lower()}: {_percent(row, 'value')}%."
        for row in rows
        if row["value"] is not None
    ]
    return Figure(
        key="staff-training",
        title="Training in cultural competence, and incidents reviewed for culture, ethnicity and language",
        question="Are staff trained, and do reviews of incidents ask?",
        table=Table(COVERAGE_COLUMNS, tuple(table), frozenset(range(3, 8))),
        statement=" ".join(told) or "Too few staff or incidents to show a share.",
        period=rows[0]["period_label"],
        marks=_marks(rows),
        notes=_notes(rows, "Described, never judged: no threshold is known."),
        figure_id=table[0][-1],
    )


def _source(facts: Facts, row: Row) -> str:
    files = {file["file_sha256"]: file for file in records(facts.system.provenance)}
    found = files.get(row["file_sha256"])
    return f"{found['publisher']}, {found['publication']}" if found else ""


def _national_midwives(facts: Facts, rows: list[Row]) -> Figure | None:
    """England's midwives, a row a band and a column a group."""
    rows = [row for row in rows if row["measure_id"] == "headcount" and row["dimension"] == "ethnicity"]
    if not rows:
        return None
    shares = {(row["band"], row["group_code"]): row for row in rows}
    bands = sorted({(row["band_order"], row["band"], row["band_name"]) for row in rows})
    groups = sorted({(row["group_order"], row["group_code"], row["group_name"]) for row in rows})
    table = []
    for _, band, name in bands:
        own = [shares.get((band, group)) for _, group, _ in groups]
        first = next(row for row in own if row is not None)
        cells = [say.number(row["value"], 1) if row else "no row" for row in own]
        table.append((name, say.number(first["denominator"]), *cells, first["figure_id"]))
    white = shares.get((ALL_BANDS, WHITE))
    return Figure(
        key="staff-national-midwives",
        title="Midwives of England by ethnic group and band",
        question="",
        scope="England",
        table=Table(
            ("Band", "Midwives", *(f"{name} (%)" for _, _, name in groups), "Figure id"), tuple(table), frozenset(range(1, len(groups) + 2))
        ),
        statement=f"{say.number(white['value'], 1)}% of England’s {say.number(white['denominator'])} midwives are White." if white else "",
        period=rows[0]["period_label"],
        notes=_notes(rows[:1], "National context, by ethnic group alone: it says nothing of this system’s staff. The figure id is that of the first group."),
        source=_source(facts, rows[0]),
        figure_id=table[0][-1],
    )  # fmt: skip


def _national_survey(facts: Facts, rows: list[Row]) -> Figure | None:
    """England's answers, a row a question."""
    rows = [row for row in rows if row["form"] == "survey"]
    if not rows:
        return None
    asked = sorted({(row["wres_indicator"], row["measure_id"], row["measure_name"]) for row in rows})
    table = []
    for indicator, measure, name in asked:
        own = {(row["staff_group"], row["group_code"]): row for row in rows if row["measure_id"] == measure}
        held = [own.get(key) for key in SURVEY_GROUPS]
        first = next((row for row in held if row is not None), None)
        if first is None:
            continue
        cells = [say.number(row["value"], 1) if row and row["value"] is not None else "" for row in held]
        table.append((name, str(int(indicator)), *cells, first["figure_id"]))
    return Figure(
        key="staff-national-survey",
        title="NHS Staff Survey, England: by ethnic group, and for midwives",
        question="",
        scope="England",
        table=Table(NATIONAL_SURVEY_COLUMNS, tuple(table), frozenset(range(2, 6))),
        statement="Midwives by ethnic group are not published: each column is by one characteristic alone.",
        period=rows[0]["period_label"],
        notes=_notes(
            rows[:1], "The figure id is that of all staff; those of every group are in workforce.csv."
        ),
        source=_source(facts, rows[0]),
        figure_id=table[0][-1] if table else "",
    )


def _absent(rows: list[Row]) -> Figure:
    """What an audit of staff holds, and what this one lacks."""
    table, missing = [], []
    for wanted in WANTED:
        own = [row for row in rows if row["measure_id"] in wanted.measures]
        if not own:
            state = "absent: no trust of this system supplied it"
            missing.append(wanted.name.lower())
        elif any(row["value"] is not None for row in own):
            state = "present"
        else:
            state = "present, and too few staff to show or to tell"
        table.append((wanted.name, wanted.indicator, wanted.takes, state, own[0]["figure_id"] if own else ""))
    statement = (
        "No trust of this system supplied counts of its staff, so nothing is said of them: only national context is shown."
        if not rows
        else f"Absent: {say.listed(missing, len(missing))}."
        if missing
        else "Every part of an audit of staff was supplied."
    )
    return Figure(
        key="staff-absent",
        title="What is known of this system’s staff, and what is absent",
        question="",
        table=Table(ABSENT_COLUMNS, tuple(table), frozenset()),
        statement=statement,
        figure_id=next((row["figure_id"] for row in rows), ""),
        notes=("The counts come from trusts as the data set workforce (docs/local_data.md). A ratio printed without its counts is refused.",),
    )  # fmt: skip


def staff_figures(facts: Facts) -> tuple[Figure, ...]:
    """The figures of the section: the system's own first, then England's, then what is absent."""
    rows = records(facts.system.workforce)
    own = _newest(row for row in rows if row["organisation_level"] == "provider")
    england = [row for row in rows if row["organisation_level"] == "national"]
    figures = (
        _likelihoods(own), _survey(own), _bands(own), _mothers(own), _board(own), _coverage(own),
        _national_midwives(facts, england), _national_survey(facts, england), _absent(own),
    )  # fmt: skip
    return tuple(figure for figure in figures if figure is not None)
