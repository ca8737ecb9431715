"""What people said in words: every status has a sentence, claims no more than its columns, and hides what the gate hides."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pandas as pd
import pytest
from docx import Document

from orchestration.outputs.audit_data import AuditData
from orchestration.outputs.audit_document import render_document
from orchestration.outputs.audit_page import render_page
from orchestration.outputs.disclosure import pinned
from orchestration.outputs.evidence import in_words
from orchestration.outputs.protection import Cells, withheld_together
from orchestration.outputs.protection_voices import without_births, without_figures
from tests.page_data import audit_data


@pytest.fixture(scope="module")
def data() -> AuditData:
    return audit_data()


@pytest.fixture(scope="module")
def told(data: AuditData) -> pd.DataFrame:
    return in_words(data.evidence, data.evidence_figures, data.findings).set_index("figure_id")


def said(told: pd.DataFrame, number: int) -> str:
    return str(told.loc[f"ev-{number:012x}", "sentence"])


def test_support_shows_both_rates_and_the_interval(told: pd.DataFrame) -> None:
    assert said(told, 1) == (
        "The figures support it. Continuity of carer by 28 weeks: 10.0% for Asian or Asian British, 25.0% for White (April 2025), "
        "worse by 15.0 percentage points (95% interval of the difference 11.0 to 19.0)."
    )
    assert told.loc["ev-000000000001", "title"] == (
        "Timeliness of care: barrier at booking or first contact (Asian or Asian British)"
    )


def test_contradiction_says_which_difference_is_ruled_out_and_what_it_rests_on(told: pd.DataFrame) -> None:
    sentence = said(told, 2)
    assert "cannot say that what somebody lived through did not happen" in sentence
    assert "10.0% here, 25.0% in England" in sentence and "6.2, which would matter, is ruled out" in sentence
    assert sentence.endswith("People whose group is not known could change this.")


def test_mixed_shows_the_figures_of_both_sides(told: pd.DataFrame) -> None:
    assert "worse by" in said(told, 3) and "is ruled out" in said(told, 3)


def test_what_is_missing_is_named_with_who_holds_it(told: pd.DataFrame) -> None:
    assert said(told, 4) == (
        "No measure of this audit tests it. Missing: Interpreter present (no local data set of this audit has it yet). "
        "Held by: Providers."
    )
    assert "gestation beside the preferred language (the local data set “Maternity booking”)" in said(told, 5)


def test_a_wide_interval_neither_supports_nor_contradicts(told: pd.DataFrame) -> None:
    assert said(told, 7).startswith("The figures cannot tell. ") and "ruled out" not in said(told, 7)


def test_a_gap_that_no_voice_mentions_has_the_words_of_its_finding(
    data: AuditData, told: pd.DataFrame
) -> None:
    assert said(told, 8).endswith("No statement in this audit speaks of it.")
    without = in_words(data.evidence, data.evidence_figures, data.findings.iloc[1:])
    assert "ev-000000000008" not in set(without["figure_id"]), "its finding was withheld"


def test_the_page_links_themes_figures_and_findings(data: AuditData) -> None:
    page = render_page(data.system("QK1"), "test")
    section = page.partition('<section id="voices"')[2].partition("</section>")[0]
    assert "What people said, and what the numbers say" in section
    assert "About 14% of those who spoke told of neonatal care" in section
    assert "from ethnic minority groups" in section and "fewer than their share of births" in section
    findings = page.partition('<section id="findings"')[2].partition("</section>")[0]
    assert 'href="#voices-themes"' in findings or 'href="#voices-unheard"' in findings
    for anchor in ("voices-themes", "voices-unheard", "voices-heard"):
        assert f'id="{anchor}"' in section


def test_a_system_whose_people_nobody_heard_says_so(data: AuditData) -> None:
    page = render_page(data.system("QOC"), "test")
    assert "No statement of the people who use the services reached this audit." in page
    assert "We waited for weeks" not in page, "what people of another system said"


def test_a_status_is_read_again_when_a_figure_is_withheld(data: AuditData) -> None:
    left = without_figures(data, {"gap-1"}).evidence.set_index("figure_id")
    assert left.loc["ev-000000000001", "status"] == "untestable"
    assert left.loc["ev-000000000003", "status"] == "contradicted"
    assert left.loc["ev-000000000003", "figure_ids"] == "gap-2 mv-2"
    assert "ev-000000000008" not in left.index


def test_members_are_not_held_against_births_that_are_withheld(data: AuditData) -> None:
    gone = pd.DataFrame({"metric_id": ["bookings_share", "bookings_share"], "lmns_code": ["QOC", "QK1"]})
    left = without_births(data, gone).voice_representation.set_index("group_code")
    assert pd.isna(left.loc["ETHNIC_MINORITY", "birth_share"]) and left.loc["ETHNIC_MINORITY", "people"] == 20
    assert left.loc["ETHNIC_MINORITY", "verdict"] == "not available"
    kept = without_births(data, gone.iloc[:1]).voice_representation
    pd.testing.assert_frame_equal(kept, data.voice_representation)


def test_members_that_others_give_away_are_withheld(data: AuditData) -> None:
    # 43 to 47 members, of whom 33 to 37 in one group: 6 to 14 are left for a group of 1 to 7
    rows = data.voice_representation.iloc[[0, 0, 1]].copy()
    rows["figure_id"] = ["vr-1", "vr-2", "vr-3"]
    rows["group_code"] = ["WHITE", "OTHER", "BLACK"]
    rows["people"], rows["people_in_all"] = [35.0, 0.0, None], 45.0
    before = replace(data, voice_representation=rows)
    assert pinned(Cells(before).knowledge())
    after = withheld_together(before)
    assert not pinned(Cells(after).knowledge())
    shown = after.voice_representation.set_index("figure_id")
    assert pd.isna(shown.loc["vr-1", "people"]) or pd.isna(shown.loc["vr-1", "people_in_all"])
    assert pd.isna(shown.loc["vr-1", "share"]) and shown.loc["vr-1", "verdict"] == "not available"


def test_the_document_tells_what_the_page_tells(data: AuditData) -> None:
    document = Document(BytesIO(render_document(data.system("QK1"), "test")))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {"supported", "contradicted", "mixed", "untestable", "We waited for weeks"} <= cells
    assert any("No statement in this audit speaks of it." in text for text in cells)
    silent = Document(BytesIO(render_document(data.system("QOC"), "test")))
    assert any("no theme is set against the figures" in paragraph.text for paragraph in silent.paragraphs)
