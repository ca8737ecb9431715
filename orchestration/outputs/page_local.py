"""Figures on local records: how ethnic category is coded by hospital and month, what is filled in, and what links to what.

Takes rows of the protected data quality; beside published figures and census is page_compared.py. Knows no HTML.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Point, Series
from orchestration.outputs.figures import Facts, Figure, Row, Table

LOCAL = "local"
# neonatal records first: their coding is the weakest, and babies of the groups at most risk are in them
DATA_SETS = (
    "Neonatal admissions", "Births", "Bookings", "Perinatal mental health referrals", "Council figures", "What people said",
    "Members of the partnership", "Community assets", "Staff",
)  # fmt: skip
CODED = ": ethnic category of the "
STATED, KNOWN = "valid and stated", "known"
KINDS = (STATED, "not stated", "not known", "missing", "invalid")
OTHER_CODES = '"any other" codes among those stated'
ATTENTION = "needs attention"
HIDDEN = "[c]"
YEAR = 12
# fewer percentage points between the first and the last quarter of a year are no trend
STEADY = 3
LINES = (("plain", "#12436d"), ("second", "#a8480b"), ("reference", "#12436d"), ("same", "#3d3d3d"))
UNKNOWN_LAST = ("Not known", "Not stated")
LINKED = (("Neonatal admissions", "linked to a birth"), ("Births", "linked to a booking"))
LINK_METHOD = (
    "linked by pseudonym", "linked by match weight where there is no pseudonym in common", "missed by match weight alone",
    "wrong links by match weight alone",
)  # fmt: skip
FILE_CHECKS = {
    "rows that stand for something of their own": "Rows that are no repeat (%)",
    "days from the end of the month to the file": "Days from the end of the month to the file",
    "records beside those of another month": "Records, as times those of the mean month",
    "months with records between the first and the last": "Months that have records (%)",
}
FILE_TROUBLE = {
    "rows that stand for something of their own": "rows that repeat",
    "days from the end of the month to the file": "files long after the month",
    "records beside those of another month": "months with unusually many or few records",
    "months with records between the first and the last": "months without records",
}
EXPLAINED = (
    "“Not stated” is an answer: a person was asked and chose not to say. “Not known” means that nobody asked or could ask. "
    "“Missing” is empty. “Invalid” is no code of the national list."
)
RANGE_LEGEND = (("worse", "Newest month, needs attention"), ("plain", "Newest month, as expected"))
LEGEND = (("worse", "Needs attention"), ("plain", "As expected"))
RANGE_NOTE = "The line goes from the lowest to the highest month of the last twelve."


def local_checks(facts: Facts) -> list[Row]:
    """Checks of local records."""
    return [row for row in facts.quality if row["source_id"] == LOCAL]


def organisation(row: Row) -> str:
    """A supplier or hospital in a table: its code with the name of its trust."""
    name, code = row["organisation_name"], str(row["organisation_code"])
    if say.missing(name):
        return code
    return f"{code}, {name}" if row["organisation_level"] == "hospital" else f"{name} ({code})"


def percent(row: Row | None) -> str:
    """A share as its counts can bear it; its mark where it is hidden."""
    if row is None:
        return ""
    return HIDDEN if row["value"] is None else say.number(100 * row["value"], int(row["decimals"]))


def counts_of(row: Row) -> tuple[str, str]:
    """Numerator and denominator, or the mark."""
    if row["value"] is None:
        return HIDDEN, HIDDEN
    return say.number(row["numerator"]), say.number(row["denominator"])


def marks(rows: Iterable[Row]) -> tuple[tuple[str, str], ...]:
    """The mark of hidden shares, where one is among these."""
    return ((HIDDEN, say.meaning_of_mark(HIDDEN)),) if any(row["value"] is None for row in rows) else ()


def newest_of(rows: Sequence[Row]) -> list[Row]:
    """The rows of the newest period."""
    last = max(str(row["period_end"]) for row in rows)
    return [row for row in rows if str(row["period_end"]) == last]


def period_of(row: Row) -> str:
    """A month, or a run of months, in words."""
    start, end = str(row["period_start"]), str(row["period_end"])
    if start[:7] == end[:7]:
        return say.month_name(start)
    return f"{say.month_name(start)} to {say.month_name(end)}"


def in_time(rows: Iterable[Row]) -> list[Row]:
    """The newest twelve periods, the oldest first."""
    return sorted(rows, key=lambda row: str(row["period_start"]))[-YEAR:]


def trend(rows: Sequence[Row], unit: str = "%") -> str:
    """What became of a run of months in words: the mean of its last three beside that of its first three."""
    values = [row["value"] * (100 if unit == "%" else 1) for row in rows if row["value"] is not None]
    if len(values) < 2 * 3:
        return "too few months"
    change = sum(values[-3:]) / 3 - sum(values[:3]) / 3
    if unit != "%":
        return ""
    if abs(change) < STEADY:
        return "steady"
    return f"{'up' if change > 0 else 'down'} about {say.number(abs(change))} points"


def _used(legend: Sequence[tuple[str, str]], points: Iterable[Point]) -> tuple[tuple[str, str], ...]:
    """The shapes of a key that are drawn."""
    looks = {point.look for point in points if point.value is not None}
    return tuple(entry for entry in legend if entry[0] in looks)


def _supplies(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by the organisation that they are about."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row["organisation_code"])].append(row)
    return dict(sorted(found.items()))


def _person(row: Row) -> str:
    return str(row["item"]).rpartition(" ")[2]


def _slug(text: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in text.lower())


CODING_COLUMNS = (
    "Whose, where", "Trust", "Year", "Stated (%)", "Not stated (%)", "Not known (%)", "Missing (%)", "Invalid (%)",
    "“Any other” codes, of those stated (%)", "Stated", "Records", "Result", "Figure id",
)  # fmt: skip


def _coding_by_hospital(data_set: str, rows: list[Row]) -> Figure | None:
    """One bar a hospital and person: how ethnic category was recorded in the newest year."""
    hospital = [row for row in rows if row["organisation_level"] == "hospital"]
    if not hospital:
        return None
    by_bar: dict[tuple[str, str, str], dict[str, Row]] = defaultdict(dict)
    for row in hospital:
        by_bar[str(row["period_end"]), _person(row), str(row["organisation_code"])][row["measure"]] = row
    last = max(key[0] for key in by_bar)
    bars = sorted(key for key in by_bar if key[0] == last)
    both = len({key[1] for key in bars}) > 1
    labels = [f"{person.capitalize()}, {code}" if both else code for _, person, code in bars]
    series, told = [], []
    for kind in KINDS:
        points = tuple(
            Point(
                place,
                None if found is None or found["value"] is None else 100 * found["value"],
                hover=f"{labels[place]}: {kind} {percent(found)}{'' if found is None or found['value'] is None else '%'}",
            )
            for place, key in enumerate(bars)
            for found in [by_bar[key].get(kind)]
        )
        series.append(Series(kind, points))
    notes = []
    for key in bars:
        stated = by_bar[key][STATED]
        text = f"{percent(stated)}%" if stated["value"] is not None else HIDDEN
        notes.append(f"{text} stated")
        if stated["verdict"] == ATTENTION:
            told.append(f"{key[2]}, {key[1]}: {text} of {say.number(stated['denominator'])}")
    table = []
    for key in sorted(by_bar, key=lambda found: (found[1], found[2], found[0])):
        own, (_, person, code) = by_bar[key], key
        stated = own[STATED]
        table.append(
            (
                f"{person.capitalize()}, {code}", str(stated["organisation_name"] or ""), period_of(stated),
                *(percent(own.get(kind)) for kind in KINDS), percent(own.get(OTHER_CODES)), *counts_of(stated),
                stated["verdict"], stated["figure_id"],
            )
        )  # fmt: skip
    people = say.counted(data_set)
    statement = (
        f"Ethnic category is stated too seldom at: {'; '.join(told)} {people}."
        if told
        else f"Stated for nearly all {people} at every hospital."
    )
    period = period_of(by_bar[bars[0]][STATED])
    return Figure(
        key=f"local-coding-{_slug(data_set)}",
        title=f"{data_set}: ethnic category by hospital",
        question="Is ethnic category recorded well enough to see a gap?",
        chart=Chart(
            kind="shares",
            series=tuple(series),
            labels=tuple(labels),
            notes=tuple(notes),
            value_title=f"Percentage of {people}",
            alt=f"{data_set}, by how ethnic category was recorded, one bar a hospital, {period}. {statement} All values are in the table.",
        ),
        table=Table(CODING_COLUMNS, tuple(table), frozenset(range(3, 11))),
        statement=statement,
        period=period,
        legend=tuple((f"share-{place}", kind) for place, kind in enumerate(KINDS)),
        marks=marks(row for key in bars for row in by_bar[key].values()),
        notes=(EXPLAINED,),
        figure_id=by_bar[bars[0]][STATED]["figure_id"],
        wide=False,
    )


MONTH_COLUMNS = ("Month", "Whose", "Supplier", "Stated (%)", "Stated", "Records", "Result", "Figure id")


def _coding_by_month(data_set: str, rows: list[Row]) -> Figure | None:
    """One line a person and supplier: the share stated month by month."""
    lines: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["organisation_level"] == "supplier" and row["measure"] == STATED:
            lines[str(row["organisation_code"]), _person(row)].append(row)
    if not lines:
        return None
    several = len({code for code, _ in lines}) > 1
    series, legend, table, told = [], [], [], []
    for (look, colour), ((code, person), found) in zip(
        LINES * len(lines), sorted(lines.items()), strict=False
    ):
        found.sort(key=lambda row: str(row["period_start"]))
        name = f"{person.capitalize()}, {code}" if several else f"Of the {person}"
        shown = [row for row in found if row["value"] is not None]
        points = tuple(
            Point(
                str(row["period_start"]), None if row["value"] is None else 100 * row["value"], look=look,
                hover=f"{name}, {period_of(row)}: {percent(row)}{'' if row['value'] is None else '%'} stated",
            )
            for row in found
        )  # fmt: skip
        if shown:
            series += [Series(name, points, kind="line", colour=colour), Series(name, points)]
            legend.append((look, name))
        told.append(
            f"{say.lowered(name)} {percent(shown[-1])}% in {period_of(shown[-1])} ({trend(in_time(found))})"
            if shown
            else f"{say.lowered(name)} hidden in every month"
        )
        for row in reversed(found):
            table.append(
                (period_of(row), person, organisation(row), percent(row), *counts_of(row), row["verdict"], row["figure_id"])
            )  # fmt: skip
    statement = f"Stated: {'; '.join(told)}."
    first = min(str(row["period_start"]) for found in lines.values() for row in found)
    last = max((row for found in lines.values() for row in found), key=lambda row: str(row["period_start"]))
    return Figure(
        key=f"local-coding-{_slug(data_set)}-months",
        title=f"{data_set}: ethnic category stated, month by month",
        question="Is the recording of ethnic category getting better?",
        chart=Chart(
            kind="months",
            series=tuple(series),
            value_title="Percentage stated",
            alt=f"{data_set}: share whose ethnic category is stated, month by month. {statement} All values are in the table.",
        )
        if series
        else None,
        table=Table(MONTH_COLUMNS, tuple(table), frozenset((3, 4, 5))),
        statement=statement,
        period=f"{say.month_name(first)} to {period_of(last)}",
        legend=tuple(legend),
        marks=marks(row for found in lines.values() for row in found),
        notes=("A month without a dot is hidden, or has no records.",) if series else (),
        figure_id=str(last["figure_id"]),
        wide=False,
    )


def coding(facts: Facts, anchors: dict[str, str]) -> list[Figure]:
    """Ethnic coding of each data set: by hospital, and month by month."""
    figures: list[Figure] = []
    for data_set in DATA_SETS:
        rows = [row for row in local_checks(facts) if str(row["item"]).startswith(data_set + CODED)]
        pair = [
            figure
            for figure in (_coding_by_hospital(data_set, rows), _coding_by_month(data_set, rows))
            if figure
        ]
        figures += pair
        if pair:
            anchors.update({f"quality/{row['item']}": pair[0].key for row in rows})
    return figures


ITEM_COLUMNS = (
    "Item", "Supplier", "Newest month", "Known (%)", "Lowest month of the year (%)", "Highest month of the year (%)",
    "Months that need attention", "Trend", "Of what is filled in, understood or plausible (%)", "Result", "Figure id",
)  # fmt: skip


def _items(data_set: str, rows: list[Row]) -> Figure | None:
    """One line an item: what is known in the newest month, and how far the months of a year lie apart."""
    lines: dict[tuple[str, str], list[Row]] = defaultdict(list)
    usable: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: str(row["period_start"])):
        key = (str(row["item"]).partition(": ")[2], str(row["organisation_code"]))
        if row["measure"] == KNOWN:
            lines[key].append(row)
        elif row["measure"] in ("understood", "plausible"):
            usable[key] = row
    if not lines:
        return None
    several = len({code for _, code in lines}) > 1
    places = sorted(lines)
    points, labels, notes, table, poor = [], [], [], [], []
    for place, key in enumerate(places):
        year, (item, code) = in_time(lines[key]), key
        newest = year[-1]
        shown = [row for row in year if row["value"] is not None]
        low, high = (pick(shown, key=lambda row: row["value"]) if shown else None for pick in (min, max))
        label = f"{item}, {code}" if several else item
        bad = newest["verdict"] == ATTENTION
        text = f"{percent(newest)}%" if newest["value"] is not None else HIDDEN
        points.append(
            Point(
                place, None if newest["value"] is None else 100 * newest["value"],
                None if low is None else 100 * low["value"], None if high is None else 100 * high["value"],
                "worse" if bad else "plain", f"{label}, {period_of(newest)}: {text}",
            )
        )  # fmt: skip
        labels.append(label)
        notes.append(f"{text}  {ATTENTION}" if bad else text)
        if bad:
            poor.append(f"{say.lowered(label)} {text}")
        attention = sum(row["verdict"] == ATTENTION for row in year)
        table.append(
            (
                item, organisation(newest), period_of(newest), percent(newest), percent(low), percent(high),
                f"{attention} of {len(year)}", trend(year), percent(usable.get(key)), newest["verdict"], newest["figure_id"],
            )
        )  # fmt: skip
    people = say.counted(data_set)
    statement = (
        f"Known too seldom in the newest month: {say.listed(poor, 12)} of {people}."
        if poor
        else f"Every item that can be shown is known for nearly all {people}."
    )
    last = max((row for found in lines.values() for row in found), key=lambda row: str(row["period_start"]))
    return Figure(
        key=f"local-items-{_slug(data_set)}",
        title=f"{data_set}: what is filled in",
        question="Which items can figures rest on?",
        chart=Chart(
            kind="rows",
            series=(Series("Newest month", tuple(points)),),
            labels=tuple(labels),
            notes=tuple(notes),
            value_title="Percentage known",
            alt=f"{data_set}: share with a known answer, item by item. {statement} All values are in the table.",
        ),
        table=Table(ITEM_COLUMNS, tuple(table), frozenset((3, 4, 5, 8))),
        statement=statement,
        period=period_of(last),
        legend=_used(RANGE_LEGEND, points),
        marks=marks(row for found in lines.values() for row in in_time(found)),
        notes=(RANGE_NOTE,),
        figure_id=str(last["figure_id"]),
        wide=False,
    )


def items(facts: Facts, anchors: dict[str, str]) -> list[Figure]:
    """What is filled in, one figure a data set."""
    figures = []
    for data_set in DATA_SETS:
        rows = [
            row
            for row in local_checks(facts)
            if str(row["item"]).startswith(f"{data_set}: ") and CODED not in str(row["item"])
        ]
        figure = _items(data_set, rows)
        if figure is not None:
            figures.append(figure)
            anchors.update({f"quality/{row['item']}": figure.key for row in rows})
    return figures


FILE_COLUMNS = (
    "Check", "Data set", "Supplier", "Newest", "Lowest of the year", "Highest of the year", "That need attention", "Trend",
    "Period of the newest", "Result", "Figure id",
)  # fmt: skip


def files(facts: Facts) -> Figure | None:
    """One line a check of whole files: repeats, days to the file, months and how many records they have."""
    lines: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in local_checks(facts):
        if row["measure"] in FILE_CHECKS and row["organisation_level"] == "supplier":
            lines[row["measure"], row["item"], str(row["organisation_code"])].append(row)
    if not lines:
        return None
    order = list(FILE_CHECKS)
    table, poor = [], []
    for key in sorted(lines, key=lambda found: (order.index(found[0]), DATA_SETS.index(found[1]), found[2])):
        (measure, item, _), year = key, in_time(lines[key])
        newest, is_share = year[-1], "%" in FILE_CHECKS[measure]
        show: Callable[[Row], str] = percent if is_share else _plain_number
        shown = [row for row in year if row["value"] is not None]
        ends = [show(pick(shown, key=lambda row: row["value"])) if shown else HIDDEN for pick in (min, max)]
        attention = sum(row["verdict"] == ATTENTION for row in year)
        if attention:
            poor.append(f"{FILE_TROUBLE[measure]} ({item.lower()})")
        table.append(
            (
                FILE_CHECKS[measure], item, organisation(newest), show(newest), *(ends if len(year) > 1 else ("", "")),
                f"{attention} of {len(year)}", trend(year, "%" if is_share else "") if len(year) > 1 else "",
                period_of(newest), newest["verdict"], newest["figure_id"],
            )
        )  # fmt: skip
    statement = (
        f"To look at: {say.listed(poor, 6)}." if poor else "Files are whole, and no row is counted twice."
    )
    return Figure(
        key="local-files",
        title="Local files: whole, in time, nothing twice",
        question="Did the files hold every month once?",
        table=Table(FILE_COLUMNS, tuple(table), frozenset((3, 4, 5))),
        statement=statement,
        marks=marks(row for found in lines.values() for row in in_time(found)),
        figure_id=str(next(iter(lines.values()))[-1]["figure_id"]),
    )


def _plain_number(row: Row) -> str:
    return (
        HIDDEN
        if row["value"] is None
        else say.number(row["value"], 0 if float(row["value"]).is_integer() else 1)
    )


LINK_COLUMNS = ("Who", "Supplier", "Linked (%)", "Linked", "Records", "Result", "Period", "Figure id")


def _linkage(facts: Facts, item: str, measure: str) -> Figure | None:
    """How many records could be linked, for everybody and by ethnic group of the mother."""
    rows = [
        row
        for row in local_checks(facts)
        if row["item"] == item
        and row["organisation_level"] == "supplier"
        and (row["measure"] == measure or row["measure"].startswith(f"{measure}, "))
    ]
    if not rows:
        return None
    rows = [row for own in _supplies(rows).values() for row in newest_of(own)]

    def who(row: Row) -> str:
        return row["measure"].removeprefix(measure).removeprefix(", ") or "Everybody"

    rows.sort(
        key=lambda row: (
            str(row["organisation_code"]),
            who(row) != "Everybody",
            who(row) in UNKNOWN_LAST,
            who(row),
        )
    )
    several = len({row["organisation_code"] for row in rows}) > 1
    labels = [f"{who(row)}, {row['organisation_code']}" if several else who(row) for row in rows]
    texts = [f"{percent(row)}%" if row["value"] is not None else HIDDEN for row in rows]
    bad = [row["verdict"] == ATTENTION for row in rows]
    method = [
        row
        for row in local_checks(facts)
        if row["item"] == item and row["measure"] in LINK_METHOD and row["organisation_level"] == "supplier"
    ]
    table = [
        (
            who(row),
            organisation(row),
            percent(row),
            *counts_of(row),
            row["verdict"],
            period_of(row),
            row["figure_id"],
        )
        for row in rows
    ]
    table += [
        (
            row["measure"][:1].upper() + row["measure"][1:], organisation(row), percent(row), *counts_of(row), row["verdict"],
            period_of(row), row["figure_id"],
        )
        for row in sorted(method, key=lambda row: (str(row["organisation_code"]), LINK_METHOD.index(row["measure"])))
    ]  # fmt: skip
    lower = [
        label
        for label, row, is_bad in zip(labels, rows, bad, strict=True)
        if is_bad and who(row) != "Everybody"
    ]
    total = [f"{text}" for text, row in zip(texts, rows, strict=True) if who(row) == "Everybody"]
    points = tuple(
        Point(
            place,
            None if row["value"] is None else 100 * row["value"],
            look="worse" if is_bad else "plain",
            hover=f"{label}: {text}",
        )
        for place, (row, is_bad, label, text) in enumerate(zip(rows, bad, labels, texts, strict=True))
    )
    statement = f"{say.listed(total)} of {say.counted(item)} could be {measure}."
    statement += (
        f" Fewer by more than chance for: {say.listed(lower, 8)}. Figures that need both records say less of these groups."
        if lower
        else " No group is linked less often than others by more than chance."
    )
    return Figure(
        key=f"local-linkage-{_slug(item)}",
        title=f"{item}: {measure}, by ethnic group of the mother",
        question="Whose records are missing from figures that need two data sets?",
        chart=Chart(
            kind="rows",
            series=(Series("Linked", points),),
            labels=tuple(labels),
            notes=tuple(f"{text}  {ATTENTION}" if is_bad else text for text, is_bad in zip(texts, bad, strict=True)),
            value_title=f"Percentage of {say.counted(item)}",
            alt=f"{item} {measure}, by ethnic group of the mother. {statement} All values are in the table.",
        ),
        table=Table(LINK_COLUMNS, tuple(table), frozenset((2, 3, 4))),
        statement=statement,
        period=period_of(rows[0]),
        legend=_used(LEGEND, points),
        marks=marks([*rows, *method]),
        notes=("A missed link is not random: who is linked less often is seen less well.",),
        figure_id=rows[0]["figure_id"],
        wide=False,
    )  # fmt: skip


def linkage(facts: Facts) -> list[Figure]:
    """Linkage of neonatal admissions with births and of births with bookings."""
    return [figure for item, measure in LINKED if (figure := _linkage(facts, item, measure)) is not None]


AGREE_COLUMNS = (
    "Compared",
    "Where",
    "Share (%)",
    "Agree",
    "Linked, both stated",
    "Result",
    "What it means",
    "Period",
    "Figure id",
)
AGREE = (
    "same baby's ethnic category as in the birth record", "same mother's ethnic category as in the maternity record",
    "same ethnic category for baby and mother", "mother's ethnic category unknown here and stated in the maternity record",
)  # fmt: skip


def _whose(row: Row) -> str:
    return "Baby" if "baby" in row["measure"] else "Mother"


def _where(row: Row) -> str:
    code = str(row["organisation_code"])
    return f"all of {code}" if row["organisation_level"] == "supplier" else code


def agreement(facts: Facts) -> Figure | None:
    """What the neonatal record says of ethnicity beside the maternity record of the same baby, by hospital."""
    rows = [
        row for row in local_checks(facts) if row["item"] == "Neonatal admissions" and row["measure"] in AGREE
    ]
    if not rows:
        return None
    rows.sort(
        key=lambda row: (
            AGREE.index(row["measure"]),
            row["organisation_level"] != "supplier",
            str(row["organisation_code"]),
        )
    )
    drawn = [row for row in rows if row["measure"].startswith("same") and row["measure"].endswith("record")]
    labels = [f"{_whose(row)}, {_where(row)}" for row in drawn]
    texts = [f"{percent(row)}%" if row["value"] is not None else HIDDEN for row in drawn]
    poor = [
        f"{_whose(row).lower()} {text} at {_where(row)}"
        for text, row in zip(texts, drawn, strict=True)
        if row["verdict"] == ATTENTION
    ]
    points = tuple(
        Point(
            place,
            None if row["value"] is None else 100 * row["value"],
            look="worse" if row["verdict"] == ATTENTION else "plain",
            hover=f"{label}: {text}",
        )
        for place, (row, label, text) in enumerate(zip(drawn, labels, texts, strict=True))
    )
    statement = (
        f"The two records give the same category too seldom: {say.listed(poor, 6)}."
        if poor
        else "Where both records state it, they nearly always agree."
    )
    return Figure(
        key="local-agreement",
        title="Neonatal records beside maternity records of the same baby",
        question="Do two records of one person give the same ethnic category?",
        chart=Chart(
            kind="rows",
            series=(Series("Same category", points),),
            labels=tuple(labels),
            notes=tuple(
                f"{text}  {ATTENTION}" if row["verdict"] == ATTENTION else text for text, row in zip(texts, drawn, strict=True)
            ),
            value_title="Percentage with the same ethnic category in both",
            alt=f"Share of linked babies with the same ethnic category in both records. {statement} All values are in the table.",
        ),
        table=Table(
            AGREE_COLUMNS,
            tuple(
                (
                    row["measure"][:1].upper() + row["measure"][1:], organisation(row), percent(row), *counts_of(row),
                    row["verdict"], row["detail"] or "", period_of(row), row["figure_id"],
                )
                for row in rows
            ),
            frozenset((2, 3, 4)),
        ),
        statement=statement,
        period=period_of(rows[0]),
        legend=_used(LEGEND, points),
        marks=marks(rows),
        figure_id=rows[0]["figure_id"],
        wide=False,
    )  # fmt: skip
