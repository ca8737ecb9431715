"""The draft for an easy-read group: reading age by formula, a picture for each idea, numbers of the figures, no request."""

from __future__ import annotations

import csv
import re

import pytest

from orchestration.outputs.easy_read import DRAFT, easy_parts, out_of, reading_of, render_easy_read
from orchestration.outputs.easy_words import EASY, easy_words
from orchestration.outputs.pictures import PICTURES
from orchestration.outputs.readability import reading, syllables
from orchestration.settings import SEEDS_DIR
from tests.page_data import HOSTILE, audit_data
from tests.unit.test_audit_page import FORBIDDEN

# the aim, and what no text may pass
AIM, MOST = 6, 9
MEAN_WORDS, MOST_WORDS = 15, 25


def seed(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SEEDS_DIR / f"{name}.csv").read_text("utf-8").splitlines()))


@pytest.fixture(scope="module")
def html() -> str:
    return render_easy_read(audit_data().system("QK1"), "2025-04-abc", "equity@example.nhs.uk")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("baby", 2), ("babies", 2), ("born", 1), ("large", 1), ("table", 2), ("smoked", 1), ("wanted", 2), ("houses", 2),
        ("midwife", 2), ("hospital", 3), ("maternity", 4), ("the", 1), ("12", 1), ("made", 1), ("people", 2),
    ],
)  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_grades_follow_the_published_formulas() -> None:
    found = reading(["The cat sat on the mat.", "Maternity is important."])
    # 9 words, 2 sentences, 6 + 4 + 1 + 3 syllables, 2 words of three or more
    assert found.mean_words == 4.5
    assert found.grade == pytest.approx(0.39 * 4.5 + 11.8 * 14 / 9 - 15.59)
    assert found.smog == pytest.approx(1.043 * (2 * 30 / 2) ** 0.5 + 3.1291)
    assert (found.longest, found.most_words) == ("The cat sat on the mat.", 6)


def test_a_name_counts_as_one_easy_word_and_only_where_it_stands_alone() -> None:
    hard = reading(["Women of Leicestershire booked."])
    assert reading(["Women of Leicestershire booked."], ["Leicestershire"]).grade < hard.grade
    assert reading(["There are 12 women."], ["1"]) == reading(["There are 12 women."])


def test_a_hard_text_is_found_to_be_hard() -> None:
    text = "The stratification of obstetric complications necessitates multidisciplinary organisational intervention."
    assert reading([text]).grade > MOST


def test_a_text_without_words_has_no_reading_age() -> None:
    with pytest.raises(ValueError, match="without words"):
        reading(["…"])


def test_the_draft_is_within_the_reading_age() -> None:
    data = audit_data(synthetic=True)
    for code in data.codes:
        found = reading_of(data.system(code), "equity@example.nhs.uk")
        assert found.grade <= AIM
        assert found.mean_words <= MEAN_WORDS
        assert found.most_words <= MOST_WORDS, found.longest


def test_each_idea_has_a_picture_and_words(html: str) -> None:
    ideas = re.findall(r'<div class="idea".*?</div></div>', html, re.DOTALL)
    assert len(ideas) == sum(len(part.ideas) for part in easy_parts(audit_data().system("QK1"), "a@b"))
    for idea in ideas:
        assert idea.count("<svg") == 1
        assert "<p>" in idea
    assert {easy.picture for easy in EASY} <= set(PICTURES)


def test_it_never_calls_itself_easy_read(html: str) -> None:
    assert DRAFT in html
    text = re.sub(r"<[^>]*>", " ", html)
    for start in re.finditer(r"easy.read", text, re.IGNORECASE):
        assert "easy-read group" in text[start.start() - 3 : start.end() + 10]


def test_no_request_no_script_and_words_of_the_service_manual(html: str) -> None:
    assert "<script" not in html
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html
    assert not re.search(r'(?:src|href)="https?:', html)
    assert not FORBIDDEN.search(re.sub(r"<[^>]*>", " ", html))


def test_letters_are_large_enough(html: str) -> None:
    assert int(re.search(r"\.easy\{font-size:(\d+)px", html).group(1)) * 0.75 >= 14
    assert int(re.search(r"@media print\{\.easy\{font-size:(\d+)pt", html).group(1)) >= 14


def test_hostile_labels_stay_text() -> None:
    assert HOSTILE not in render_easy_read(audit_data(hostile=True).system("QK1"), "x")


def test_only_the_sample_says_that_its_numbers_are_made_up() -> None:
    for synthetic in (True, False):
        made = render_easy_read(audit_data(synthetic=synthetic).system("QK1"), "x")
        assert ("made up" in made) is synthetic
        assert ("<title>SYNTHETIC" in made) is synthetic


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ((10.0, 25.0), "%", (("10", "25"), "100")),
        ((3.8, 4.4), "per 1,000", (("38", "44"), "10,000")),
        ((0.3, 0.6), "%", (("3", "6"), "1,000")),
        ((0.0, 2.0), "%", (("0", "2"), "100")),
        ((5.0, 6.0), "women", None),
    ],
)
def test_rates_as_whole_numbers_that_differ(values, unit, expected) -> None:
    assert out_of(values, unit) == expected


def test_measures_that_evidence_is_asked_for_have_easy_words() -> None:
    names = {row["metric_id"]: row["metric_name"] for row in seed("metrics")}
    missing = [
        row["metric_id"] for row in seed("evidence_topics") if easy_words(names[row["metric_id"]]) is None
    ]
    assert missing == []
