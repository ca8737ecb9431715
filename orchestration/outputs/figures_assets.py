"""Community assets beside need: what each area needs, what serves it, and the register of assets. Knows no HTML.

Takes rows of the protected views; an asset whose owner has not agreed is counted and never described.
"""

from __future__ import annotations

from orchestration.outputs import wording as say
from orchestration.outputs.figures import Facts, Figure, Row, Table, records

INTRO = (
    "What helps families outside hospitals and clinics, such as hubs, baby banks and language groups, beside who lives in each area. "
    "The guidance asks each system to map them. A gap is high need that no asset names, not proof that families get no help."
)
COLUMNS = (
    "Area", "Community or kind of asset", "Women or babies", "Out of", "Share (%)", "Need", "Assets that name it",
    "Others open to everybody", "Not described (no consent)", "Money ends within a year", "Result", "Counted from", "Figure id",
)  # fmt: skip
REGISTER_COLUMNS = (
    "Asset", "Kind", "Held by", "Area", "For whom", "Languages", "Interpreter", "Cost", "How to get there",
    "Step-free", "Online", "Money until", "Last checked", "Figure id",
)  # fmt: skip
RESULTS = {
    "gap": "gap",
    "funding ends": "at risk: money ends within a year",
    "served": "served",
    "lower need": "lower need",
    "none listed": "none listed, nor in every other area",
    "not known": "not known",
}
DIMENSIONS = {
    "ethnicity": "",
    "deprivation_quintile": "",
    "language": "Language: ",
    "kind": "Kind of asset: ",
}
YES_NO = {"Y": "yes", "N": "no"}
ROUTES = {
    "self": "by oneself",
    "professional": "through a professional",
    "both": "by oneself or through a professional",
}


def _community(row: Row) -> str:
    return DIMENSIONS[row["dimension"]] + say.group_label(row["group_name"], row["dimension"])


def _need_row(row: Row) -> tuple[str, ...]:
    whole = " (whole system)" if row["area_level"] == "lmns" else ""
    result = "no register" if row["service"] == "no register" else RESULTS[row["verdict"]]
    held = row["service"] != "no register"
    counts = ("assets_naming", "assets_for_everybody", "assets_not_published", "assets_ending")
    return (
        f"{row['area_name']}{whole}", _community(row),
        say.number(row["people_needing"]) or str(row["people_mark"] or ""), say.number(row["people_in_all"]),
        say.number(row["people_percent"], 1), row["need_level"],
        *(str(int(row[name])) if held else "" for name in counts),
        result, _basis(row), row["figure_id"],
    )  # fmt: skip


def _basis(row: Row) -> str:
    if row["need_basis"] is None:
        return "nothing that counts its people was supplied"
    when = "" if row["period_end"] is None else f", to {say.month_name(str(row['period_end']))}"
    return f"{row['need_people']}: {row['need_basis']}{when}"


def _statement(rows: list[Row]) -> str:
    if all(row["service"] == "no register" for row in rows):
        return "No register of community assets was supplied for this system, so nobody can say which needs are met. What is needed is shown."
    gaps = [row for row in rows if row["verdict"] == "gap"]
    ending = sum(row["verdict"] == "funding ends" for row in rows)
    text = f"{len(gaps)} of {sum(row['need_level'] == 'high' for row in rows)} high needs are not met by an asset of their own."
    if gaps:
        text += f" First: {_community(gaps[0])}, {gaps[0]['area_name']}."
    if ending:
        text += f" {ending} rest on money that ends within a year."
    return text


def assets_figures(facts: Facts) -> tuple[Figure, ...]:
    """Need beside assets, and the register; nothing where no row of either is held."""
    rows = records(facts.system.community_assets)
    figures = []
    if rows:
        order = {"gap": 0, "funding ends": 1}
        first = sorted(rows, key=lambda row: order.get(row["verdict"], 2))
        notes = (
            "High need: at least 5% of the women or babies of the area, or 100 a year; for deprivation, 20% or more in the 20% most "
            "deprived areas of England; a language of 50 or more women booked in a year. The rule in full: docs/method.md.",
            "A register lists what its keepers know of. What is not listed may exist.",
        )
        figures.append(
            Figure(
                key="assets-need",
                title="Need beside community assets, by area and community",
                question="Where is need high and no asset serves it?",
                table=Table(COLUMNS, tuple(map(_need_row, first)), frozenset(range(2, 5)) | frozenset(range(6, 10))),
                statement=_statement(rows),
                marks=tuple(("[c]", say.MARKS["[c]"]) for _ in range(any(row["people_mark"] for row in rows))),
                notes=notes,
                figure_id=first[0]["figure_id"],
            )
        )  # fmt: skip
    listed = records(facts.system.asset_register)
    if listed:
        figures.append(
            Figure(
                key="assets-register",
                title="Register of community assets",
                question="What is there?",
                table=Table(REGISTER_COLUMNS, tuple(map(_register_row, listed)), frozenset()),
                statement=f"{len(listed)} assets whose owners agree to publication.",
                notes=(
                    "No name, number or address of a person is kept or shown. Others are counted in the table above and described nowhere.",
                ),
                figure_id=listed[0]["figure_id"],
            )
        )
    return tuple(figures)


def _register_row(row: Row) -> tuple[str, ...]:
    money = "" if row["funded_until"] is None else str(row["funded_until"])
    if row["is_funding_over"]:
        money += " (has ended)"
    holder = row["organisation_name"] or ("an individual" if row["holder_type"] == "individual" else "")
    served = str(row["communities"] or "ALL")
    return (
        str(row["asset_name"]), str(row["kind_name"] or row["kind"]), holder,
        str(row["area_name"] or "whole system"), "everybody" if served.upper() == "ALL" else served,
        str(row["languages"] or ""), YES_NO.get(row["interpreter"], ""), str(row["cost"] or ""),
        ROUTES.get(row["referral_route"], ""), YES_NO.get(row["step_free"], ""), YES_NO.get(row["online"], ""), money,
        str(row["last_verified"] or ""), row["figure_id"],
    )  # fmt: skip
