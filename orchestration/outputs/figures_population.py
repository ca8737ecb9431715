"""The women booked beside the people who live in the area, by ethnic group. Knows no HTML."""

from __future__ import annotations

from orchestration.outputs import wording as say
from orchestration.outputs.charts import Chart, Point, Series
from orchestration.outputs.figures import Facts, Figure, Table, records

COLUMNS = (
    "Ethnic group", "Women booked (%)", "95% lower", "95% upper", "People who live here, Census 2021 (%)",
    "Ratio of the two", "Ratio 95% lower", "Ratio 95% upper", "The same ratio in England", "Women booked", "Figure id",
)  # fmt: skip


def representation(facts: Facts) -> Figure | None:
    """Share of bookings and share of residents of each comparable group, newest month."""
    rows = records(facts.system.representation)
    if not rows:
        return None
    newest = max(str(row["period_end"]) for row in rows)
    rows = [row for row in rows if str(row["period_end"]) == newest]
    booked, living, table = [], [], []
    for place, row in enumerate(rows):
        share, people = (say.number(row[name], 1) for name in ("booking_share", "population_share"))
        booked.append(
            Point(
                place, row["booking_share"], row["booking_share_lower_95"], row["booking_share_upper_95"],
                hover=f"{row['group_name']}: {share}% of women booked",
            )
        )  # fmt: skip
        living.append(
            Point(
                place,
                row["population_share"],
                look="second",
                hover=f"{row['group_name']}: {people}% of residents",
            )
        )
        table.append(
            (
                row["group_name"], share,
                *(say.number(row[name], 1) for name in ("booking_share_lower_95", "booking_share_upper_95")), people,
                *(say.number(row[name], 2) for name in ("ratio", "ratio_lower_95", "ratio_upper_95", "england_ratio")),
                say.number(row["women"]), row["figure_id"],
            )
        )  # fmt: skip
    top = max((row for row in rows if row["ratio"] is not None), key=lambda row: row["ratio"], default=None)
    statement = (
        f"{top['group_name']}: {say.number(top['booking_share'], 1)}% of women booked and "
        f"{say.number(top['population_share'], 1)}% of the people who live here."
        if top
        else ""
    )
    files = {
        row["file_sha256"]: f"{row['publisher']}, {row['publication']}"
        for row in records(facts.system.provenance)
    }
    used = [files.get(rows[0][name], "") for name in ("booking_file_sha256", "population_file_sha256")]
    notes = list(dict.fromkeys(str(row["caveat"]) for row in rows if row["caveat"]))
    title = "Women booked beside the people who live here, by ethnic group"
    return Figure(
        key="representation",
        title=title,
        question="",
        chart=Chart(
            kind="rows",
            series=(Series("Residents", tuple(living)), Series("Women booked", tuple(booked))),
            labels=tuple(row["group_name"] for row in rows),
            notes=tuple(
                f"{say.number(row['booking_share'], 1)}% booked, {say.number(row['population_share'], 1)}% live here" for row in rows
            ),
            value_title="Percentage",
            alt=f"{title}. {statement} All values are in the table.",
        ),
        table=Table(COLUMNS, tuple(table), frozenset(range(1, 10))),
        statement=statement,
        period=f"Bookings {rows[0]['period_label']}, Census 2021",
        legend=(("plain", "Share of women booked"), ("second", "Share of the people who live here")),
        notes=tuple(notes),
        source="; ".join(filter(None, used)),
        figure_id=rows[0]["figure_id"],
    )  # fmt: skip
