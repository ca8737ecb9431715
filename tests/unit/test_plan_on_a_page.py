"""The plan on a page: numbers of the figures with how many people they rest on, gaps shown, nothing agreed by itself."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.plan_on_a_page import AIM, MOST_ACTIONS, render_plan_page
from tests.page_data import HOSTILE, audit_data
from tests.unit.test_audit_page import FORBIDDEN


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html.split("</head>")[1]).split())


@pytest.fixture(scope="module")
def text() -> str:
    return plain(render_plan_page(audit_data().system("QK1"), "2025-04-abc", "equity@example.nhs.uk"))


def test_aim_and_who_is_furthest_behind_with_how_many_people(text: str) -> None:
    assert AIM in text
    assert "10.0% 25.0% for White of 200 women or babies, April 2025" in text


def with_actions(**changes: list) -> SystemData:
    """The made-up system with other words in its actions, one value an action."""
    system = audit_data().system("QK1")
    return replace(system, actions=system.actions.assign(**changes))


def steps(html: str) -> list[str]:
    return re.findall(r'<tr><th scope="row">.*', html)


def test_an_owner_or_date_that_is_missing_is_shown_as_a_gap() -> None:
    missing, owned, *_ = steps(
        render_plan_page(
            with_actions(
                action=["a", "b", "c", "d", "e"], owner=[None, "Jo Role", None, None, None],
                due_date=[None, "2026-03-31", None, None, None],
            ),
            "x",
        )
    )  # fmt: skip
    assert missing.count('class="gap"') == 2
    assert "no owner yet" in missing
    assert "would be: Director of midwifery" in missing
    assert "no date yet" in missing
    assert 'class="gap"' not in owned
    assert "Jo Role" in owned
    assert "2026-03-31" in owned
    assert "would be" not in owned


def test_what_an_action_rests_on_says_how_far_it_was_checked() -> None:
    html = render_plan_page(with_actions(action_basis=["NICE NG201", *[None] * 4], action=list("abcde")), "x")
    assert "NICE NG201 (unverified)" in html
    assert "Local idea (unverified)" in html
    assert "the guidance says" not in html.lower()


def test_findings_that_ask_for_the_same_are_one_action() -> None:
    alike = steps(render_plan_page(with_actions(), "x"))
    assert len(alike) == 1
    assert "Continuity of carer by 28 weeks: Asian or Asian British and others" in alike[0]


def test_targets_are_proposals(text: str) -> None:
    assert "10.0% now, 17.5% in three years (a proposal); about 75 more a year" in text
    assert text.count("a proposal") == 1


def test_priorities_are_those_of_the_actions(text: str) -> None:
    assert "Priorities Accelerate preventative programmes that engage those at greatest risk How" in text


def test_nobody_has_seen_it_until_they_say_so(text: str) -> None:
    assert "Seen and discussed by the partnership: not yet" in text
    assert "Next update: no date yet" in text


def test_a_system_without_findings_or_actions_says_so() -> None:
    system = audit_data().system("QOC")
    text = plain(render_plan_page(system, "x"))
    assert "No figure of this system is clearly worse" in text
    assert "No action has been drafted" in text
    assert "No target is proposed" in text


def test_a_plan_that_came_back_and_what_the_system_added() -> None:
    system = audit_data().system("QK1")
    added = system.actions.tail(1).assign(
        origin="added", finding_id=None, action="Open a clinic in the evening", sent_title="Evening clinic", sent_issue=None,
        owner_role=None, owner="Head of midwifery", basis_verification=None, priority_name=None, returned_edition="2025-01-abc",
    )  # fmt: skip
    html = render_plan_page(replace(system, actions=pd.concat([added, system.actions])), "x")
    assert "Nobody has agreed it yet" not in html
    assert "the plan that the system sent back" in html
    row = next(step for step in steps(html) if "Evening clinic" in step)
    assert "Added by the system" in row
    assert "Head of midwifery" in row
    assert "None" not in row


def test_more_actions_than_fit_are_counted() -> None:
    system = audit_data().system("QK1")
    many = system.actions.loc[system.actions.index.repeat(5)]
    many = many.assign(action=[f"Action {number}" for number in range(len(many))])
    html = render_plan_page(replace(system, actions=many), "x")
    assert len(steps(html)) == MOST_ACTIONS
    assert f"{len(many) - MOST_ACTIONS} more in the action plan" in html


def test_no_request_no_script_hostile_labels_and_words() -> None:
    html = render_plan_page(audit_data(hostile=True).system("QK1"), "x")
    assert HOSTILE not in html
    html = render_plan_page(audit_data().system("QK1"), "x")
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="https?:', html)
    assert not FORBIDDEN.search(plain(html))
    assert "@page{size:A4" in html


@pytest.mark.parametrize("synthetic", [True, False])
def test_only_the_sample_is_called_synthetic(synthetic: bool) -> None:
    html = render_plan_page(audit_data(synthetic=synthetic).system("QK1"), "x")
    assert ("<title>SYNTHETIC" in html) is synthetic
    assert ("Synthetic data." in html) is synthetic
