"""The Word document as a person opens it: parts in order, header rows, alt text, language, numbers, same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from orchestration.outputs.audit_document import ANNEXES, CONTENTS, edition_date, render_document
from orchestration.outputs.audit_page import render_page
from orchestration.outputs.charts import Chart
from orchestration.outputs.charts_print import print_chart
from orchestration.outputs.document_parts import Report
from orchestration.outputs.figures import Table
from tests.page_data import HOSTILE, audit_data
from tests.unit.test_audit_page import FORBIDDEN, Page


def rendered(**kind: bool) -> bytes:
    return render_document(audit_data(**kind).system("QK1"), "2025-04-abc", "equity@example.nhs.uk")


def opened(written: bytes) -> Document:
    return docx.Document(io.BytesIO(written))


@pytest.fixture(scope="module")
def document() -> Document:
    return opened(rendered())


def plain(element, between: str = "") -> str:
    return between.join(text.text or "" for text in element.iter(qn("w:t")))


def words(document: Document) -> str:
    return plain(document.element.body, " ")


def headings(document: Document) -> list[tuple[int, str]]:
    return [
        (int(paragraph.style.name[-1]), paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Heading")
    ]


def test_parts_come_in_order_and_no_level_is_left_out(document: Document) -> None:
    found = headings(document)
    tops = [text for level, text in found if level == 1]
    assert tops == [*(f"{number}. {name}" for number, name in enumerate(CONTENTS, 1)), *ANNEXES]
    levels = [level for level, _ in found]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_part_says_something(document: Document) -> None:
    before = None
    for element in document.element.body:
        style = element.find(f".//{qn('w:pStyle')}")
        is_top = style is not None and style.get(qn("w:val")) == "Heading1"
        assert not (is_top and before), plain(element)
        before = is_top


def test_the_contents_are_filled_in_and_lead_to_the_parts(document: Document) -> None:
    body = document.element.body
    links = {link.get(qn("w:anchor")): plain(link) for link in body.iter(qn("w:hyperlink"))}
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert list(links.values()) == [text for level, text in headings(document) if level == 1]
    assert set(links) <= marks


def test_every_table_has_a_header_row_and_a_caption(document: Document) -> None:
    assert len(document.tables) >= 12
    for table in document.tables:
        first, *others = table._tbl.tr_lst
        assert first.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:tblHeader')}") is None for row in others)
        assert len({len(row.tc_lst) for row in table._tbl.tr_lst}) == 1
        caption = table._tbl.getprevious()
        assert caption.find(f".//{qn('w:pStyle')}").get(qn("w:val")) == "Caption"


def test_every_picture_has_words_and_a_number(document: Document) -> None:
    described = list(document.element.body.iter(qn("wp:docPr")))
    assert len(described) >= 3
    assert all(len(picture.get("descr")) > 40 for picture in described)
    assert [picture.get("id") for picture in described] == [str(n) for n in range(1, len(described) + 1)]


def test_language_title_and_page_numbers(document: Document) -> None:
    core = document.core_properties
    assert (core.language, core.title) == ("en-GB", "Testshire: maternity and neonatal equity audit")
    languages = {lang.get(qn("w:val")) for lang in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    assert core.created == core.modified
    assert core.modified.date() == edition_date(audit_data().system("QK1")).date()
    footer = document.sections[0].footer._element
    fields = {field.text.strip() for field in footer.iter(qn("w:instrText"))}
    assert fields == {"PAGE", "NUMPAGES"}


def test_only_the_sample_is_called_synthetic_and_on_every_page() -> None:
    for synthetic in (True, False):
        document = opened(rendered(synthetic=synthetic))
        header = document.sections[0].header.paragraphs[0].text
        assert ("SYNTHETIC DATA, NOT REAL" in header) is synthetic
        assert ("SYNTHETIC" in document.core_properties.title) is synthetic
        assert len(document.sections) == 1
        assert document.sections[0].different_first_page_header_footer is False


def test_the_same_data_give_the_same_bytes() -> None:
    written = rendered()
    assert written == rendered()
    assert len(written) < 3_000_000
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name for name in archive.namelist())


def test_a_number_is_written_as_on_the_page(document: Document) -> None:
    page = Page(render_page(audit_data().system("QK1"), "2025-04-abc"))
    shown = {}
    for rows in page.tables.values():
        if rows and rows[0] and rows[0][-1].strip() == "Figure id":
            for row in rows[1:]:
                shown.setdefault(row[-1].strip(), set()).update(
                    number for cell in row for number in re.findall(r"\d[\d,]*(?:\.\d+)?", cell)
                )
    checked = 0
    for table in document.tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        if rows[0][-1] != "Figure id" or "This system (95% interval)" not in rows[0]:
            continue
        place = rows[0].index("This system (95% interval)")
        for row in rows[1:]:
            for number in re.findall(r"\d[\d,]*(?:\.\d+)?", row[place].replace("per 1,000", "")):
                assert number in shown[row[-1]], row
                checked += 1
    assert checked >= 20


def test_the_summary_is_that_of_the_page(document: Document) -> None:
    page = Page(render_page(audit_data().system("QK1"), "2025-04-abc"))
    written = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "List Bullet"]
    for finding in page.findings:
        text = " ".join(finding.split())
        assert any(line.partition("). ")[2] in text or line.partition(". ")[2] in text for line in written), (
            text
        )


def test_words_of_the_service_manual(document: Document) -> None:
    text = words(document)
    # a publisher's own label may stand in quotes
    assert not FORBIDDEN.search(re.sub(r"[\"“][^\"”]*[\"”]", "", text))
    assert "nan" not in text.lower().split()
    assert "None" not in text.split()


def test_hostile_labels_stay_text() -> None:
    document = opened(rendered(hostile=True))
    assert HOSTILE in plain(document.element.body)


def test_control_signs_of_a_file_do_not_break_the_document() -> None:
    report = Report("A\x0bb", "top\x00", "foot", edition_date(audit_data().system("QK1")))
    report.heading("One\x01", 1)
    report.table("Caption\x02", Table(("Name",), (("a\x0cb & <c>",),), frozenset()))
    assert [cell.text for cell in opened(report.to_bytes()).tables[0].rows[1].cells] == ["ab & <c>"]


def test_print_draws_rows_and_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="funnel"):
        print_chart(Chart(kind="funnel", series=(), alt=""))
