"""The draft for an easy-read group and the plan on a page in a real browser: offline, accessible, narrow, one sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
PAGES = ("QK1/easy_read.html", "QK1/plan_on_a_page.html")


@pytest.fixture(params=PAGES)
def opened(request: pytest.FixtureRequest, browser, edition: Path):
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    page.asked, page.problems = [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("console", lambda message: page.problems.append(message.text))
    page.goto((edition / request.param).as_uri())
    yield page
    context.close()


def test_opens_alone_and_does_not_scroll_sideways(opened) -> None:
    assert [address for address in opened.asked if not address.startswith("data:")] == [opened.url]
    assert opened.problems == []
    assert opened.evaluate("document.documentElement.scrollWidth") == 320


def test_axe_finds_nothing(browser, edition: Path, axe: str, opened) -> None:
    # the page's own policy allows no script, so axe goes in from outside of it
    context = browser.new_context(viewport={"width": 1000, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(opened.url)
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
        ".then(result => result.violations.map(rule => [rule.id, rule.nodes.map(node => node.html).slice(0, 3)]))"
    )
    assert found == []
    context.close()


def test_the_plan_prints_on_one_sheet(browser, edition: Path) -> None:
    page = browser.new_page()
    page.goto((edition / "QK1/plan_on_a_page.html").as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.close()
