"""The part of the page on local records: what a board reads of ethnic coding, linkage, items, agreement and robustness."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from orchestration.outputs.audit_page import render_page
from orchestration.outputs.figures import Facts, Figure
from orchestration.outputs.figures_council import by_council, is_council_measure
from orchestration.outputs.page_compared import compared
from orchestration.outputs.page_local import agreement, coding, files, items, linkage
from orchestration.outputs.page_quality import completeness, quality_table
from orchestration.outputs.page_words import cannot_know
from orchestration.outputs.summary import summarise
from tests.page_data import Builder, audit_data
from tests.page_local_data import TRUST, rows


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(replace(audit_data().system("QK1"), quality=pd.DataFrame(rows)))


def cells(figure: Figure | None, first: str) -> dict[str, str]:
    assert figure is not None
    [row] = [row for row in figure.table.rows if row[0] == first]
    return dict(zip(figure.table.columns, row, strict=True))


def test_a_hospital_whose_ethnic_coding_fails_is_named_with_its_number(facts: Facts) -> None:
    hospital, months = coding(facts, {})
    assert (
        hospital.statement
        == "Ethnic category is stated too seldom at: RWE02, baby: 46% of 420 admissions to neonatal care."
    )
    assert hospital.chart is not None and hospital.chart.labels == ("RWE01", "RWE02")
    assert hospital.chart.notes == ("92% stated", "46% stated")
    assert hospital.chart.value_title == "Percentage of admissions to neonatal care"
    told = cells(hospital, "Baby, RWE02")
    assert (told["Stated (%)"], told["Missing (%)"], told["Not stated (%)"]) == ("46", "54", "[c]")
    assert (told["Stated"], told["Records"], told["Trust"]) == ("195", "420", TRUST)
    assert hospital.marks
    assert months.statement == "Stated: of the baby 68% in March 2026 (down about 18 points)."
    assert len(months.table.rows) == 12


def test_an_item_is_one_line_with_its_newest_month_the_year_and_a_trend(facts: Facts) -> None:
    [figure] = items(facts, {})
    assert [row[0] for row in figure.table.rows] == ["Outcome of pregnancy", "Tear"]
    tear = cells(figure, "Tear")
    assert (tear["Newest month"], tear["Known (%)"]) == ("March 2026", "66")
    assert (tear["Lowest month of the year (%)"], tear["Highest month of the year (%)"]) == ("55", "66")
    assert (tear["Months that need attention"], tear["Trend"]) == ("11 of 12", "up about 9 points")
    assert figure.statement == "Known too seldom in the newest month: tear 66% of births."
    assert [point.look for point in figure.chart.series[0].points] == ["plain", "worse"]


def test_files_with_repeats_are_told(facts: Facts) -> None:
    figure = files(facts)
    assert figure is not None and figure.statement == "To look at: rows that repeat (births)."
    assert cells(figure, "Rows that are no repeat (%)")["That need attention"] == "1 of 12"


def test_groups_that_are_linked_less_often_are_named(facts: Facts) -> None:
    [figure] = linkage(facts)
    assert figure.statement.startswith(
        "98.4% of births could be linked to a booking. Fewer by more than chance for: Mixed."
    )
    assert [row[0] for row in figure.table.rows] == ["Everybody", "Mixed", "White", "Not known"]
    assert cells(figure, "Not known")["Linked (%)"] == "[c]"


def test_two_records_of_a_baby_are_held_against_each_other_by_hospital(facts: Facts) -> None:
    figure = agreement(facts)
    assert figure is not None
    assert (
        figure.statement
        == "The two records give the same category too seldom: baby 85% at all of RWE and baby 36% at RWE02."
    )


def test_local_published_and_census_stand_in_one_figure(facts: Facts) -> None:
    mix, counts, rates = compared(facts)
    told = cells(mix, "White")
    assert (told["Local records (%)"], told["Published (%)"], told["Residents (%)"]) == ("60", "55.0", "75.0")
    assert told["Local over residents"] == "0.80"
    assert "Furthest from their share of residents: White, 0.80 times." in mix.statement
    assert counts.statement == "Apart by more than rounding and 5%: women booked apart in 12 of 12 months."
    assert len(rates.table.rows) == 1 and rates.table.rows[0][3:5] == ("12", "0")


def test_local_records_are_not_told_twice_and_months_are_not_a_wall(facts: Facts) -> None:
    assert completeness(facts, {}) == []
    table = quality_table(facts)
    assert table is not None
    assert [row[:2] for row in table.table.rows] == [
        ("Monthly submission", "absent from the local data set “Maternity booking”")
    ]


def test_a_check_of_many_months_is_one_line() -> None:
    system = audit_data().system("QK1")
    monthly = [
        {
            **row,
            "source_id": "msds_monthly",
            "item": "msds.TotalBookings",
            "measure": "agrees",
            "figure_id": f"dq-{place:012x}",
        }
        for place, row in enumerate(rows)
        if row["item"] == "Births: Tear" and row["measure"] == "known"
    ]
    table = quality_table(Facts(replace(system, quality=pd.DataFrame(monthly))))
    assert table is not None
    [line] = table.table.rows
    assert line[0] == "Total bookings" and line[4] == "March 2026" and line[6] == "11 of 12"


def test_the_part_is_on_the_page_and_holds_no_name_of_a_field(facts: Facts) -> None:
    html = render_page(facts.system, "2025-04-abc")
    assert '<section id="local"' in html and "Local records: how far they can be trusted" in html
    assert "at RWE02: 46% of admissions to neonatal care" in html
    assert "local__" not in html and "nHS" not in html


def test_a_system_without_local_records_has_no_such_part() -> None:
    system = audit_data().system("QK1")
    bare = replace(system, submissions=system.submissions.iloc[:0], robustness=system.robustness.iloc[:0])
    assert '<section id="local"' not in render_page(bare, "2025-04-abc")


WHO = (("ASIAN", "Asian or Asian British"), ("BLACK", "Black or Black British"), ("WHITE", "White"))


def of_local(fill) -> Facts:
    """Facts of one measure of local files, filled in by `fill`."""
    builder = Builder()
    fill(builder)
    system = audit_data().system("QK1")
    metrics = system.metrics.assign(source_id="local")
    return Facts(
        replace(
            system,
            values=pd.DataFrame(builder.values),
            gaps=pd.DataFrame(builder.gaps, columns=system.gaps.columns),
            metrics=metrics,
        )
    )


def test_councils_stand_one_below_the_other_with_their_groups() -> None:
    def fill(b: Builder) -> None:
        for code, share in (("E1", 50.0), ("E2", None)):
            b.value("coc_by_28_weeks", 54.0, 50, 58, level="council", code=code, num=54.0, den=100.0)
            for order, group in enumerate(WHO):
                value = share and share + order
                figure = b.value(
                    "coc_by_28_weeks", value, value, value, level="council", code=code, dimension="ethnicity", group=group,
                    order=order, mark=None if value else "[c]", num=value, den=100.0,
                )  # fmt: skip
                if value and group[0] == "ASIAN":
                    b.gap(figure, "best", -2.0, -3.0, -1.0, 0.9, "worse", WHO[2])

    facts = of_local(fill)
    assert is_council_measure(facts, "coc_by_28_weeks")
    figure = by_council(facts, "coc_by_28_weeks", "ethnicity")
    assert figure is not None and figure.chart is not None
    assert len(figure.chart.labels) == 5 and len(figure.table.rows) == 8
    assert figure.chart.notes[1:4] == ("50.0%  worse", "51.0%", "52.0%  best outcome")
    assert (
        "Clearly worse than the best group of the same council: Test Hospital, Asian or Asian British."
        in figure.statement
    )
    assert "3 groups have no value that can be shown" in figure.notes[-1]
    html = render_page(facts.system, "e")
    assert "by council and ethnic group" in html


@pytest.mark.parametrize(("hidden", "drawn"), [(1, ["ethnicity", "ethnicity_detailed"]), (2, ["ethnicity"])])
def test_five_groups_are_drawn_where_half_of_all_are_hidden(hidden: int, drawn: list[str]) -> None:
    def fill(b: Builder) -> None:
        for place, group in enumerate(WHO):
            b.value("coc_by_28_weeks", 20.0, 18, 22, dimension="ethnicity", group=group)
            value = None if place < hidden else 20.0
            b.value(
                "coc_by_28_weeks",
                value,
                dimension="ethnicity_detailed",
                group=group,
                mark=None if value else "[c]",
            )

    assert of_local(fill).dimensions("coc_by_28_weeks", "lmns") == drawn


def test_what_this_audit_hides_is_not_said_to_be_withheld_by_a_publisher() -> None:
    def fill(b: Builder) -> None:
        b.value("stillbirth", None, mark="[c]")
        b.values[-1]["protection"] = "nhs-secondary-care 1"

    told = {item.what: item.why for item in cannot_know(of_local(fill))}
    assert "stillbirth (hidden)" in told["Some figures of local records"]
    assert "Some published figures of this system" not in told
    assert all("{" not in why and "A local extract with both" not in why for why in told.values())


def test_a_topic_that_local_records_tell_by_group_is_not_said_to_be_unknown() -> None:
    def fill(b: Builder) -> None:
        b.value("cqim_tears", 38.0, 26.7, 54.2)
        b.value("cqim_tears", 38.0, 26.7, 54.2, dimension="ethnicity", group=WHO[0])
        for place, name in enumerate(
            ("Third or fourth degree tear (CQIM)", "Third or fourth degree tear (local records)")
        ):
            b.values[place]["metric_name"] = name

    sentences = summarise(of_local(fill), {})
    assert not [
        sentence for sentence in sentences if sentence.subject == "Outcomes by ethnic group or deprivation"
    ]


def test_a_figure_without_a_value_is_not_drawn() -> None:
    def fill(b: Builder) -> None:
        b.value("coc_by_28_weeks", None, mark="[c]")
        for group in WHO:
            b.value("coc_by_28_weeks", None, dimension="ethnicity", group=group, mark="[c]")

    assert 'id="coc_by_28_weeks-ethnicity"' not in render_page(of_local(fill).system, "e")
