"""The Word document and the easy pages of a built edition: complete, readable, and every number one of the data pack."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pandas as pd
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from orchestration.outputs.audit_document import ANNEXES, CONTENTS
from orchestration.outputs.easy_read import PARTNERSHIP
from orchestration.outputs.readability import reading

pytestmark = pytest.mark.pipeline
LARGEST = 3_000_000
VALUES = ("This system (95% interval)", "Its value (95% interval)")
NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")
EDITIONS = pytest.mark.parametrize("kind", ["sample_output", "published_output"])


def folders(kind: str, request: pytest.FixtureRequest, every: int = 1) -> list[Path]:
    edition = request.getfixturevalue(kind) / "editions" / "latest"
    return [path.parent for path in sorted(edition.glob("*/audit.html"))][::every]


def some(kind: str, request: pytest.FixtureRequest) -> list[Path]:
    """All systems of the sample, a few of England's."""
    return folders(kind, request, 1 if kind == "sample_output" else 9)


def opened(folder: Path) -> Document:
    return docx.Document(io.BytesIO((folder / "audit.docx").read_bytes()))


def text_of(element) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [[text_of(cell) for cell in row.iter(qn("w:tc"))] for row in table.iter(qn("w:tr"))]
        for table in document.element.body.iter(qn("w:tbl"))
    ]


@EDITIONS
def test_every_system_has_its_documents(kind: str, request: pytest.FixtureRequest) -> None:
    for folder in folders(kind, request):
        assert 20_000 < (folder / "audit.docx").stat().st_size < LARGEST, folder
        for name in ("easy_read.html", "plan_on_a_page.html"):
            assert 5_000 < (folder / name).stat().st_size < 100_000, (folder, name)


@EDITIONS
def test_parts_are_in_order_with_headers_and_words_for_pictures(
    kind: str, request: pytest.FixtureRequest
) -> None:
    for folder in some(kind, request):
        document = opened(folder)
        body = document.element.body
        tops = [
            text_of(paragraph)
            for paragraph in body.iter(qn("w:p"))
            if (style := paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")) is not None
            and style.get(qn("w:val")) == "Heading1"
        ]
        assert tops == [*(f"{number}. {name}" for number, name in enumerate(CONTENTS, 1)), *ANNEXES]
        for table in body.iter(qn("w:tbl")):
            assert table.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        described = [picture.get("descr") for picture in body.iter(qn("wp:docPr"))]
        assert described
        assert all(len(words) > 40 for words in described)
        header = document.sections[0].header.paragraphs[0].text
        assert ("SYNTHETIC DATA, NOT REAL" in header) is (kind == "sample_output")


@EDITIONS
def test_numbers_of_the_document_are_those_of_the_pack(kind: str, request: pytest.FixtureRequest) -> None:
    for folder in some(kind, request):
        pack = pd.read_csv(folder / "data" / "metric_values.csv", low_memory=False).set_index("figure_id")
        checked = 0
        for header, *rows in tables(opened(folder)):
            place = next((number for number, name in enumerate(header) if name in VALUES), None)
            if header[-1] != "Figure id" or place is None:
                continue
            for row in rows:
                held = pack.loc[row[-1]]
                printed = NUMBER.findall(row[place].replace("per 1,000", ""))
                if pd.isna(held["value"]):
                    assert not printed, row
                    continue
                names = ["value", *(["lower_95", "upper_95"] if len(printed) == 3 else [])]
                assert len(printed) == len(names), row
                for text, name in zip(printed, names, strict=True):
                    number = float(text.replace(",", "").replace("−", "-"))
                    half = 0.5 * 10 ** -len(text.partition(".")[2])
                    assert abs(number - held[name]) <= half * 1.001, (folder.name, row, name)
                    checked += 1
        assert checked > 50, folder


@EDITIONS
def test_findings_of_the_document_are_those_of_the_pack(kind: str, request: pytest.FixtureRequest) -> None:
    for folder in some(kind, request):
        pack = pd.read_csv(folder / "data" / "findings.csv").set_index("figure_id")
        found = [row for header, *rows in tables(opened(folder)) if header[0] == "Rank" for row in rows]
        assert found
        for row in found:
            held = pack.loc[row[-1]]
            assert (int(row[0]), row[1]) == (held["finding_rank"], held["sentence"])


@EDITIONS
def test_the_easy_pages_are_easy(kind: str, request: pytest.FixtureRequest) -> None:
    for folder in folders(kind, request):
        html = (folder / "easy_read.html").read_text("utf-8")
        title = re.search(r"<h1>Fair care for women and babies in (.*?)</h1>", html).group(1)
        groups = re.findall(r"In the group ([^,]+?)(?:,| it is)", html)
        sentences = re.findall(r"<p>([^<]+)</p>", html)
        assert len(sentences) >= 15
        found = reading(sentences, [title, PARTNERSHIP, *groups])
        assert found.grade <= 6, (folder.name, found)
        assert found.mean_words <= 15, (folder.name, found)
        assert found.most_words <= 25, (folder.name, found)
        assert ("made up" in html) is (kind == "sample_output")


@EDITIONS
def test_the_plan_on_a_page_shows_figures_of_the_pack_and_its_gaps(
    kind: str, request: pytest.FixtureRequest
) -> None:
    for folder in folders(kind, request):
        html = (folder / "plan_on_a_page.html").read_text("utf-8")
        findings = pd.read_csv(folder / "data" / "findings.csv").set_index("figure_id")
        behind = re.findall(r'<div data-figures="(fi-\w+)"><dt>.*?<strong>(.*?)</strong>', html)
        assert 1 <= len(behind) <= 3, folder
        for figure_id, shown in behind:
            number = float(NUMBER.findall(shown)[0].replace(",", ""))
            half = 0.5 * 10 ** -len(NUMBER.findall(shown)[0].partition(".")[2])
            assert abs(number - findings.loc[figure_id, "value"]) <= half * 1.001
        steps = html.count('<tr><th scope="row">')
        assert 1 <= steps <= 7
        assert html.count("no owner yet") == steps
        assert html.count('class="gap">no date yet') == steps
