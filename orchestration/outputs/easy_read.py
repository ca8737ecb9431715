"""A summary of one system in short sentences with a picture beside each idea: a draft for an easy-read group to check.

It is never called easy read: only people with a learning disability can say that it is. `render_easy_read` is pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.easy_words import Easy, easy_words
from orchestration.outputs.figures import Facts, Row, records, shown
from orchestration.outputs.page_parts import environment
from orchestration.outputs.readability import Reading, reading

PARTNERSHIP = "Maternity and Neonatal Voices Partnership"
DRAFT = "This is a draft. An easy-read group has to check it first."
MOST_GAPS = 4
HUNDREDS = {"%": 100, "per 1,000": 1000}
# groups that a publisher made from several, in words that do not need its list
GROUPS = {"COC_BAME": "In all the ethnic minority groups together", "COC_WHITE": "In the White groups"}


@dataclass(frozen=True)
class Idea:
    """One idea: a picture, and a few short sentences. `figure_ids` are the figures whose numbers are in them."""

    picture: str
    sentences: tuple[str, ...]
    figure_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A title and its ideas."""

    title: str
    ideas: tuple[Idea, ...]


def out_of(values: tuple[float, ...], unit: str) -> tuple[tuple[str, ...], str] | None:
    """Rates as whole numbers out of a hundred, a thousand or more, so that the numbers differ where the rates do.

    Returns:
        the numbers and what they are out of; None for a unit that is no share.
    """
    if unit not in HUNDREDS:
        return None
    base = HUNDREDS[unit]
    for more in (1, 10, 100):
        rounded = tuple(round(value * more) for value in values)
        apart = len(set(rounded)) == len(set(values))
        if apart and all(number > 0 or value == 0 for number, value in zip(rounded, values, strict=True)):
            break
    return tuple(say.number(number) for number in rounded), say.number(base * more)


def _rate(number: str, base: str, easy: Easy) -> str:
    return f"about {number} out of every {base} {easy.who} {easy.what}."


def _group(row: Row, code: str, name: str) -> str:
    return GROUPS.get(str(row[code]), f"In the group {row[name]}")


def _places(row: Row) -> tuple[str, str] | None:
    """What a finding compares, in easy words; None for what has no easy words."""
    dimension = str(row["dimension"])
    if dimension == "total" and row["reference_kind"] == "england":
        return "Here", "In England"
    if dimension in ("ethnicity", "ethnicity_detailed") and row["reference_kind"] in ("best", "fixed"):
        return _group(row, "group_code", "group_name"), _group(row, "reference_group", "reference_group_name")
    if dimension == "deprivation_quintile" and (row["group_code"], row["reference_group"]) == ("Q1", "Q5"):
        return "In the most deprived areas", "In the least deprived areas"
    return None


def _gap_idea(row: Row) -> tuple[Easy, Idea] | None:
    easy = None if say.missing(row["metric_name"]) else easy_words(str(row["metric_name"]))
    places = _places(row)
    if easy is None or places is None or say.missing(row["value"]) or say.missing(row["reference_value"]):
        return None
    found = out_of((float(row["value"]), float(row["reference_value"])), str(row["unit"]))
    if found is None:
        return None
    (here, there), base = found
    sentences = [
        f"{places[0]}, {_rate(here, base, easy)}",
        f"{places[1]}, it is about {there} out of every {base}.",
    ]
    if easy.also:
        sentences += [f"{part}." for part in easy.also.rstrip(".").split(". ")]
    if row["tier"] == 2:
        sentences.append("We do not know the group of some people. That could change these numbers.")
    return easy, Idea(easy.picture, tuple(sentences), (row["figure_id"],))


def _gaps(facts: Facts) -> Part:
    rows = [
        row
        for row in records(facts.system.findings)
        if row["kind"] in ("equity gap", "access gap") and row["tier"] in (1, 2)
    ]
    ideas: list[Idea] = []
    subjects: set[str] = set()
    for row in rows:
        found = _gap_idea(row)
        if found is not None and found[0].subject not in subjects and len(ideas) < MOST_GAPS:
            subjects.add(found[0].subject)
            ideas.append(found[1])
    if any("deprived" in sentence for idea in ideas for sentence in idea.sentences):
        ideas.append(Idea("house", ("In a deprived area, many people have low pay or no work.",)))
    if not rows:
        ideas.append(
            Idea("chart", ("We found no clear gap in these numbers.", "That does not mean there is none."))
        )
    elif len(rows) > len(subjects):
        ideas.append(Idea("plan", (f"We found {len(rows)} gaps in all.", "The full report lists them.")))
    return Part("Where care is not the same", tuple(ideas))


def _people(facts: Facts) -> Part:
    ideas = []
    for metric_id, words, picture in (
        ("bookings", "women first saw a midwife", "woman"),
        ("deliveries", "women had a baby", "baby"),
    ):
        row = facts.total(metric_id)
        if row is not None and row["value"] is not None:
            ideas.append(
                Idea(picture, (f"{shown(row)} {words} in {row['period_label']}.",), (row["figure_id"],))
            )
    if not ideas:
        ideas.append(Idea("question", ("We do not know how many women had a baby.",)))
    return Part("Who had a baby", tuple(ideas))


def _unknown(facts: Facts) -> Part:
    ideas = []
    for row in facts.quality:
        if (
            row["item"] == "Ethnic category at booking"
            and row["measure"] == "valid and stated"
            and row["organisation_level"] == "lmns"
            and row["value"] is not None
        ):
            number = say.number(row["value"] * 100)
            ideas.append(
                Idea(
                    "plan",
                    (
                        f"Staff wrote down the ethnic group of {number} out of every 100 women.",
                        "Ethnic group means your family background.", "We can only see what staff wrote down.",
                    ),
                    (row["figure_id"],),
                )
            )  # fmt: skip
            break
    findings = facts.system.findings
    topics = findings.loc[findings["kind"] == "evidence gap", "topic_name"].nunique()
    if topics:
        things = "1 thing" if topics == 1 else f"{topics} things"
        ideas.append(
            Idea(
                "question",
                (f"For {things}, we cannot see each group.", "So we do not know if care is fair there."),
            )
        )
    if (findings["kind"] == "too few to tell").any():
        ideas.append(Idea("people", ("Some groups are small.", "So we cannot be sure about them.")))
    if not ideas:
        ideas.append(Idea("question", ("Numbers do not say why care is not the same.",)))
    return Part("What we do not know yet", tuple(ideas))


def _about(system: SystemData) -> Part:
    first, last = (say.month_name(str(system.lmns[name])) for name in ("first_period", "last_period"))
    ideas = [
        Idea("baby", (f"This is about having a baby in {system.name}.",)),
        Idea("chart", ("We looked at numbers about care.", f"They are from {first} to {last}.")),
        Idea("people", ("We asked if care is fair.", "Fair means good care for every group of people.")),
    ]
    if system.is_synthetic:
        made_up = Idea("question", ("The numbers here are made up.", "They are not about real people."))
        ideas.insert(0, made_up)
    return Part("What this is about", tuple(ideas))


def _next(system: SystemData, contact: str | None) -> Part:
    things = "1 thing" if len(system.actions) == 1 else f"{len(system.actions)} things"
    draft = ("A first draft has been made.", f"It has {things} to do.") if len(system.actions) else ()
    ideas = [
        Idea("plan", ("The next step is a plan.", *draft, "The plan will say who does what, and when.")),
        Idea("talk", ("You can tell your midwife what matters to you.",)),
        Idea(
            "people",
            (
                f"There is a group called the {PARTNERSHIP}.",
                "Parents and staff meet there.", "They help to make care better.", "You can ask to join.",
            ),
        ),
    ]  # fmt: skip
    if contact:
        ideas.append(Idea("letter", (f"You can write to {contact}.",)))
    return Part("What happens next", tuple(ideas))


def easy_parts(system: SystemData, contact: str | None = None) -> tuple[Part, ...]:
    """The parts in order."""
    facts = Facts(system)
    return (_about(system), _people(facts), _gaps(facts), _unknown(facts), _next(system, contact))


def _sentences(parts: tuple[Part, ...]) -> Iterator[str]:
    yield from DRAFT.replace(". ", ".|").split("|")
    for part in parts:
        for idea in part.ideas:
            yield from idea.sentences


def reading_of(system: SystemData, contact: str | None = None) -> Reading:
    """How hard the summary is to read. Names of the system, of groups and of the partnership count as one word."""
    values = system.values[system.values["dimension"].str.startswith("ethnicity")]
    groups = {str(name) for name in values["group_name"].dropna().unique()}
    names = {system.name, PARTNERSHIP, *groups, *filter(None, [contact])}
    return reading(_sentences(easy_parts(system, contact)), names)


def render_easy_read(system: SystemData, edition: str, contact: str | None = None) -> str:
    """The summary as HTML: no script, no request.

    Args:
        system: the system's protected figures.
        edition: name of the edition.
        contact: who answers for the audit, from the system's settings.
    """
    context = {"system": system, "edition": edition, "draft": DRAFT, "parts": easy_parts(system, contact)}
    return environment().get_template("easy_read.html.j2").render(context)
