"""The audit of one system as a Word document, in the order of published equity audits. `render_document` is pure.

Which part comes where is here; tables are document_tables.py's, Word is document_parts.py's, words are the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orchestration.outputs import document_tables as tables
from orchestration.outputs import wording as say
from orchestration.outputs.audit_data import SystemData
from orchestration.outputs.charts_print import print_chart
from orchestration.outputs.document_parts import Report
from orchestration.outputs.figures import Facts, Figure, Row, by_group, overview_statement, records
from orchestration.outputs.figures_assets import INTRO as ASSETS_INTRO
from orchestration.outputs.figures_assets import assets_figures
from orchestration.outputs.figures_checklist import INTRO as CHECKLIST_INTRO
from orchestration.outputs.figures_checklist import checklist_figures
from orchestration.outputs.figures_national import is_about_death
from orchestration.outputs.figures_population import representation
from orchestration.outputs.page_evidence import INTRO as VOICES_INTRO
from orchestration.outputs.page_evidence import evidence_figures
from orchestration.outputs.page_quality import completeness
from orchestration.outputs.page_staff import INTRO as STAFF_INTRO
from orchestration.outputs.page_staff import staff_figures
from orchestration.outputs.page_submissions import submissions
from orchestration.outputs.page_words import METHOD, PRINCIPLES, VERDICT_MEANINGS, cannot_know
from orchestration.outputs.summary import summarise

CONTENTS = (
    "Plain summary",
    "How to read this document",
    "Population and births",
    "Data quality and the cost of unknowns",
    "Access",
    "Risk and prevention",
    "Care process",
    "Outcomes for mothers and babies",
    "Neonatal care and deaths",
    "Perinatal mental health",
    "Ethnic group and deprivation together",
    "Small places",
    "Voices",
    "Community assets and gaps",
    "Staff",
    "What could not be tested, and why",
    "Priorities",
    "Action plan",
    "Co-production log",
)
# title, domains of the metric register
TOPICS = (
    ("Access", ("access",)),
    ("Risk and prevention", ("risk", "prevention")),
    ("Care process", ("care", "experience", "continuity")),
    ("Outcomes for mothers and babies", ("outcomes",)),
    ("Neonatal care and deaths", ("neonatal", "mortality")),
    ("Perinatal mental health", ("mental_health",)),
)
ANNEXES = ("Annex A: definitions", "Annex B: sources", "Annex C: the guidance’s checklist")
MOST_PRIORITIES, MOST_BLIND_SPOTS, MOST_ROWS = 12, 15, 45
# the group, its value and interval, England, the verdict against the best group, the figure
GROUP_COLUMNS = (0, 1, 2, 3, 6, 11, -1)
REPRESENTATION_COLUMNS = (0, 1, 2, 3, 4, 5, 9, 10)
COMPLETENESS_COLUMNS = (0, 1, 2, 3, 4, 5, 7)
# columns of figures that a printed page has room for, where it has none for all: the page has them all
PRINTED = {
    "checklist-analysis": (2, 3, 4, 6, -1),
    "checklist-intervention": (0, 2, 3, 4, 6, -1),
    "staff-likelihoods": (0, 2, 3, 4, 7, 8, 9, 13, -1),
    "staff-survey": (0, 2, 4, 5, 6, 7, 11, -1),
    "staff-bands": (0, 1, 3, 6, 7, 8, 13, -1),
    "staff-mothers": (0, 1, 2, 4, 5, 6, -1),
    "staff-board": (0, 1, 2, 3, 4, 7, -1),
    "staff-training": (0, 1, 2, 5, 6, 7, -1),
    "staff-national-survey": (0, 2, 3, 4, 5, -1),
    "staff-absent": (0, 2, 3, -1),
    "assets-need": (0, 1, 2, 4, 5, 6, 9, 10, -1),
    "assets-register": (0, 1, 3, 4, 5, 11, -1),
}
# theme, who, stage, people, status, what the figures say, words, figure; the gap in words; members and their share
VOICES_COLUMNS = {
    "voices-themes": (0, 1, 2, 4, 5, 6, 8, -1),
    "voices-unheard": (0, 1, -1),
    "voices-heard": (0, 1, 2, 3, 4, 5, 6, 9, -1),
}
GAP_KINDS = ("equity gap", "access gap")
BLIND_KINDS = ("data-quality gap", "consistency gap")


@dataclass(frozen=True)
class Writer:
    """One document in the making: the report, the system's facts and the charts that its findings ask for."""

    report: Report
    facts: Facts
    charted: dict[str, tuple[str, ...]]

    def figure(self, figure: Figure, places: Sequence[int]) -> None:
        """A figure of the page: its chart, and the columns and rows of its table that a printed page has room for."""
        title = " · ".join(filter(None, (figure.title, figure.scope, figure.period)))
        if figure.statement:
            self.report.paragraph(figure.statement)
        if figure.chart is not None:
            self.report.picture(
                print_chart(figure.chart, figure.legend),
                figure.chart.alt,
                f"{title}. Trace: {figure.figure_id}",
            )
        table = tables.select(figure.table, places)
        if len(table.rows) > MOST_ROWS:
            self.report.paragraph(
                f"The first {MOST_ROWS} of {len(table.rows)} rows are here; the page and the data pack hold all."
            )
            table = replace(table, rows=table.rows[:MOST_ROWS])
        self.report.table(title, table)
        for mark, meaning in figure.marks:
            self.report.paragraph(f"{mark}: {meaning}", "Note")
        for note in (*figure.notes, f"Source: {figure.source}." if figure.source else ""):
            self.report.paragraph(note, "Note")


def edition_date(system: SystemData) -> datetime:
    """The newest day of the data, which is the document's own date."""
    return datetime.fromisoformat(str(system.lmns["last_period"])[:10])


def _domain_ids(facts: Facts, domains: Sequence[str]) -> list[str]:
    """Measures of a part. Deaths of which the system has no figure of its own are told with neonatal care, as on the page."""
    return [name for name in facts.metrics if _domain(facts, name) in domains]


def _domain(facts: Facts, metric_id: str) -> str:
    domain = str(facts.metrics[metric_id]["domain"])
    if domain == "outcomes" and is_about_death(metric_id) and facts.total(metric_id) is None:
        return "mortality"
    return domain


def _is_crossed(dimension: str) -> bool:
    return dimension.startswith("ethnicity_deprivation")


def _pairs(facts: Facts, metric_ids: Sequence[str], level: str, crossed: bool) -> list[tuple[str, str]]:
    """Judged measures by each kind of group."""
    return [
        (metric_id, dimension)
        for metric_id in metric_ids
        if facts.metrics[metric_id]["polarity"] != "neutral"
        for dimension in facts.dimensions(metric_id, level)
        if _is_crossed(dimension) == crossed
    ]


def _anchors(facts: Facts) -> dict[str, str]:
    """Everything that the summary may speak of: in a document nothing is left out for want of a place."""
    found = {metric_id: metric_id for metric_id in facts.metrics}
    for level in ("lmns", "national"):
        for metric_id, dimension in _pairs(facts, list(facts.metrics), level, crossed=False):
            found[f"{metric_id}/{dimension}"] = metric_id
    return found


def _summary(writer: Writer) -> None:
    sentences = summarise(writer.facts, _anchors(writer.facts))
    if not sentences:
        writer.report.paragraph("No figure of this system could be read, so there is nothing to summarise.")
    writer.report.bullets(
        [
            (f"{sentence.subject}{f' ({sentence.verdict})' if sentence.verdict else ''}.", sentence.text)
            for sentence in sentences
        ]
    )


def _how_to_read(writer: Writer) -> None:
    writer.report.bullets([("", text) for text in PRINCIPLES])
    writer.report.heading("What the verdicts mean", 2)
    writer.report.bullets([(f"{word.capitalize()}.", VERDICT_MEANINGS[word]) for word in say.VERDICTS])
    writer.report.heading("Method in plain words", 2)
    for title, text in METHOD:
        writer.report.heading(title, 3)
        writer.report.paragraph(text)
    writer.report.paragraph(
        "Every number has a figure id. The command equity-audit trace with that id leads to the publisher, the file and the rows it "
        "came from. The page audit.html beside this document holds every figure by every group; the files in data hold them for machines."
    )


def _population(writer: Writer) -> None:
    facts, report = writer.facts, writer.report
    shown = representation(facts)
    if shown is not None:
        report.heading("Women booked beside the people who live here", 2)
        writer.figure(shown, REPRESENTATION_COLUMNS)
    table = tables.described(facts, _domain_ids(facts, ("population",)))
    if table is not None:
        report.heading("Women and babies", 2)
        report.table("Women, births and babies of this system", table)
    for dimension in ("ethnicity", "deprivation_quintile", "age"):
        shares = tables.composition(facts, "bookings_share", dimension)
        if shares is not None:
            report.table(f"Women booked, by {say.dimension_name(dimension)}", shares)
    if shown is None and table is None:
        report.paragraph("No file with bookings, births or population reached this audit.")


def _quality(writer: Writer) -> None:
    facts, report = writer.facts, writer.report
    ethnic = next((figure for figure in completeness(facts, {}) if figure.title.startswith("Ethnic")), None)
    if ethnic is not None:
        report.heading("How ethnic group was recorded", 2)
        writer.figure(ethnic, COMPLETENESS_COLUMNS)
    sent = submissions(facts)
    if sent is not None:
        report.heading(sent.title, 2)
        report.paragraph(f"{sent.statement} The table by month is on the page.")
    report.heading("What unknown groups could hide", 2)
    findings = facts.system.findings
    between = findings[(findings["kind"] == "equity gap") & (findings["dimension"] != "total")]
    firm, fragile = (int((between["tier"] == tier).sum()) for tier in (1, 2))
    if firm + fragile:
        report.paragraph(
            f"Of the {firm + fragile} gaps between groups in section {CONTENTS.index('Priorities') + 1}, {fragile} could be explained by the "
            f"people whose group is not known; the other {firm} would stand whoever those people are."
        )
    else:
        report.paragraph(
            "No gap between groups was found, so there is none that unknown groups could explain."
        )
    table = tables.findings_table(facts.system, BLIND_KINDS, (3,), MOST_BLIND_SPOTS)
    report.heading("What needs attention in the data", 2)
    if table is None:
        report.paragraph("No check of this system’s data needs attention.")
    else:
        report.table("Findings on the data, the most important first", table)


def _topic(writer: Writer, domains: Sequence[str]) -> None:
    facts, report = writer.facts, writer.report
    metric_ids = _domain_ids(facts, domains)
    judged, plain = tables.against_england(facts, metric_ids), tables.described(facts, metric_ids)
    pairs = {level: _pairs(facts, metric_ids, level, crossed=False) for level in ("lmns", "national")}
    own = set(pairs["lmns"])
    gaps, count = tables.gaps_between_groups(facts, pairs["lmns"])
    england, in_england = tables.gaps_between_groups(
        facts, [pair for pair in pairs["national"] if pair not in own], "national"
    )
    if judged is not None:
        rows = [row for row in filter(None, map(facts.total, metric_ids)) if row["polarity"] != "neutral"]
        report.heading(f"{_name(domains)}: this system beside England", 2)
        report.paragraph(overview_statement(facts, rows))
        report.table(f"{_name(domains)}: judged measures, this system beside England", judged)
    if plain is not None:
        report.heading(f"{_name(domains)}: described, never judged", 2)
        report.table(f"{_name(domains)}: described, never judged", plain)
    if own:
        report.heading(f"{_name(domains)}: groups in this system", 2)
        _say_gaps(report, count, len(own), "in this system")
        if gaps is not None:
            report.table(f"{_name(domains)}: groups clearly worse than the group with the best outcome", gaps)
        for metric_id, dimensions in writer.charted.items():
            if metric_id in metric_ids:
                for dimension in dimensions:
                    drawn = by_group(facts, metric_id, dimension)
                    if drawn is not None:
                        writer.figure(drawn, GROUP_COLUMNS)
    if england is not None:
        report.heading(f"{_name(domains)}: England, where the system’s figures are not published by group", 2)
        _say_gaps(report, in_england, 0, "in England")
        report.table(
            f"{_name(domains)}, England: groups clearly worse than the group with the best outcome", england
        )
    if judged is None and plain is None and not own and england is None:
        report.paragraph(f"No published or local figure on {_name(domains).lower()} reached this audit.")


def _name(domains: Sequence[str]) -> str:
    return next(title for title, found in TOPICS if found == domains)


def _say_gaps(report: Report, count: int, compared: int, where: str) -> None:
    if not count:
        report.paragraph(
            f"{compared} {'measures are' if compared > 1 else 'measure is'} known by group {where}. None shows a group clearly worse than "
            "the best; that includes groups that are too few to tell."
        )
        return
    text = f"{count} group{'s fare' if count > 1 else ' fares'} clearly worse {where} than the group with the best outcome."
    if count > tables.MOST_GAPS:
        text += f" The {tables.MOST_GAPS} clearest are shown; the page and the data pack hold all."
    report.paragraph(text)


def _crossed(writer: Writer) -> None:
    facts, report = writer.facts, writer.report
    shown = False
    for level, where in (("lmns", "in this system"), ("national", "in England")):
        pairs = _pairs(facts, list(facts.metrics), level, crossed=True)
        table, count = tables.gaps_between_groups(facts, pairs, level)
        if pairs:
            shown = True
            _say_gaps(report, count, len(pairs), where)
        if table is not None:
            report.table(
                f"Ethnic group and deprivation together, {where}: clearly worse than the best group", table
            )
    if not shown:
        report.paragraph(
            "No judged measure is published or supplied by ethnic group and deprivation together."
        )


def _voices(writer: Writer) -> None:
    figures = evidence_figures(writer.facts, {})
    writer.report.paragraph(VOICES_INTRO if figures else EMPTY["Voices"])
    for figure in figures:
        writer.figure(figure, VOICES_COLUMNS[figure.key])


def _untested(writer: Writer) -> None:
    writer.report.bullets([(f"{item.what}.", item.why) for item in cannot_know(writer.facts)])
    for heading, kind, tier in (
        ("Figures that nobody holds by group yet", "evidence gap", 3),
        ("Too few to tell", "too few to tell", 5),
    ):
        table = tables.findings_table(writer.facts.system, (kind,), (tier,), MOST_BLIND_SPOTS)
        if table is not None:
            writer.report.heading(heading, 2)
            writer.report.table(f"{heading}, the most important first", table)


def _priorities(writer: Writer) -> None:
    system, report = writer.facts.system, writer.report
    table = tables.findings_table(system, GAP_KINDS, (1, 2), MOST_PRIORITIES)
    if table is None:
        report.paragraph(
            "No figure of this system is clearly worse than its comparison, so no gap sets a priority."
        )
        return
    all_gaps = int((system.findings["kind"].isin(GAP_KINDS) & system.findings["tier"].isin((1, 2))).sum())
    report.paragraph(
        f"{all_gaps} gap{'s were' if all_gaps > 1 else ' was'} found"
        + (
            f"; the first {MOST_PRIORITIES} are here, all of them on the page."
            if all_gaps > MOST_PRIORITIES
            else "."
        )
        + " A firm gap always stands before one that people of unknown group could explain."
    )
    report.table("Gaps to act on, in order of rank", table)


def _part(writer: Writer, found: Sequence[Figure], intro: str, empty: str) -> None:
    """A part that the page has too: its figures, or why there are none."""
    if not found:
        writer.report.paragraph(empty)
        return
    writer.report.paragraph(intro)
    for figure in found:
        writer.report.heading(figure.title, 2)
        writer.figure(figure, PRINTED.get(figure.key, range(len(figure.table.columns))))


def _staff(writer: Writer) -> None:
    _part(writer, staff_figures(writer.facts), STAFF_INTRO, "No figure on staff has reached this audit.")


def _assets(writer: Writer) -> None:
    empty = "Neither a register of community assets nor a count of who needs them reached this audit."
    _part(writer, assets_figures(writer.facts), ASSETS_INTRO, empty)


def _plan(writer: Writer) -> None:
    table = tables.actions_table(writer.facts.system)
    if table is None:
        writer.report.paragraph("No finding of this edition asks for an action.")
        return
    actions = writer.facts.system.actions
    open_ends = int((actions["owner"].isna() | actions["due_date"].isna()).sum())
    writer.report.paragraph(
        f"{len(table.rows)} actions, drafted from the findings or sent back by the system. Targets are proposals until the system agrees "
        "to them. "
        f"{open_ends} of the actions have no owner or no date yet; that is a gap to be filled by the system and its partners."
    )
    writer.report.table("Actions, in order of their findings", table)


def _charted(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The measures drawn by group: the first finding by ethnic group and the first by deprivation."""
    found: dict[str, tuple[str, ...]] = {}
    rows: list[Row] = records(facts.system.findings)
    for start in ("ethnicity", "deprivation"):
        for row in rows:
            dimension = str(row["dimension"])
            if row["kind"] == "equity gap" and dimension.startswith(start) and not _is_crossed(dimension):
                drawn = next(
                    (name for name in facts.dimensions(row["metric_id"], "lmns") if name.startswith(start)),
                    None,
                )
                if drawn is not None:
                    found[row["metric_id"]] = (*found.get(row["metric_id"], ()), drawn)
                    break
    return found


def _front(report: Report, system: SystemData, edition: str, contact: str | None) -> None:
    lmns = system.lmns
    report.title(system.name, "Maternity and neonatal equity and equality audit")
    if system.is_synthetic:
        report.bullets(
            [("Synthetic data.", "Every number in this document was made up by this project’s sample.")]
        )
    span = (
        f"Data from {say.month_name(str(lmns['first_period']))} to {say.month_name(str(lmns['last_period']))}"
    )
    region = "" if say.missing(lmns["region_name"]) else str(lmns["region_name"])
    facts = [f"Local Maternity and Neonatal System {system.code}", region, span, f"Edition {edition}"]
    report.paragraph(". ".join(filter(None, [*facts, f"Contact: {contact}" if contact else ""])) + ".")
    report.paragraph("Contents", "Subtitle")
    report.contents()
    report.page_break()


def render_document(system: SystemData, edition: str, contact: str | None = None) -> bytes:
    """The document of one system, as the bytes of a .docx file.

    Args:
        system: the system's protected figures.
        edition: name of the edition.
        contact: who answers for the audit, from the system's settings.
    """
    facts = Facts(system)
    title = f"{system.name}: maternity and neonatal equity audit"
    mark = "SYNTHETIC DATA, NOT REAL · " if system.is_synthetic else ""
    report = Report(mark + title, mark + title, f"Edition {edition}", edition_date(system))
    _front(report, system, edition, contact)
    writer = Writer(report, facts, _charted(facts))
    write = {
        "Plain summary": _summary,
        "How to read this document": _how_to_read,
        "Population and births": _population,
        "Data quality and the cost of unknowns": _quality,
        "Ethnic group and deprivation together": _crossed,
        "Voices": _voices,
        "What could not be tested, and why": _untested,
        "Priorities": _priorities,
        "Action plan": _plan,
        "Staff": _staff,
        "Community assets and gaps": _assets,
    }
    topics = dict(TOPICS)
    for number, name in enumerate(CONTENTS, 1):
        report.heading(f"{number}. {name}", 1)
        if name in topics:
            _topic(writer, topics[name])
        elif name in write:
            write[name](writer)
        else:
            report.paragraph(EMPTY[name])
    own = [metric_id for metric_id in facts.metrics if facts.total(metric_id) is not None]
    report.heading(ANNEXES[0], 1)
    report.table("Measures of this audit", tables.definitions(facts, own))
    report.heading(ANNEXES[1], 1)
    report.table("Files behind this audit", tables.sources(system))
    report.heading(ANNEXES[2], 1)
    _part(writer, checklist_figures(facts), CHECKLIST_INTRO, "The checklist has no row for this system.")
    report.paragraph(
        "Contains public sector information licensed under the Open Government Licence v3.0.", "Note"
    )
    return report.to_bytes()


EMPTY = {
    "Small places": "Nothing is shown below the level of the system and its providers: in small areas there are too few births for a rate "
    "that could be relied on, and single women could be recognised.",
    "Voices": "No comment coded by theme has reached this audit, so no theme is set against the figures.",
    "Co-production log": "No record of meetings with the Maternity and Neonatal Voices Partnership has reached this audit. The partnership "
    "and the system fill this in together.",
}
