"""docs/local_data.md's tables and the example files, from the contract: `python -m orchestration.local_docs`.

A test fails when they no longer say what the contract says.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from orchestration.ingest.declarations import Column, Table, read_declarations
from orchestration.ingest.known_codes import CODE_LISTS
from orchestration.ingest.mappings import local_tables
from orchestration.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "local_data.md"
EXAMPLES = PROJECT_DIR / "examples" / "local"
BEGIN, END = "<!-- tables: made from the contract -->", "<!-- end of tables -->"
EXAMPLE_ROWS = 3
SUPPLIERS = {
    "perinatal_mental_health": "RT5", "council_indicator": "E10000018", "voice": "LLRMNVP", "voice_theme": "LLRMNVP",
    "voices_membership": "LLRMNVP", "community_asset": "LLRVCS",
}  # fmt: skip
LISTED_CODES = 20
# NHS numbers that are never issued, a postcode area that is no place, people who do not exist
EXAMPLE = {
    "lmns_code": ("QK1",), "pregnancy_id": ("P1001", "P1002", "P1003"), "baby_id": ("B2001", "B2002", "B2003"),
    "mother_nhs_number": ("9990000018", "9990000026", "9990000034"),
    "baby_nhs_number": ("9990000042", "9990000050", "9990000069"),
    "admission_id": ("A3001", "A3002", "A3003"), "referral_id": ("F4001", "F4002", "F4003"),
    "mother_birth_date": ("1994-06-14", "1988-11-02", "2001-01-30"),
    "baby_birth_date": ("2025-03-04", "2025-03-11", "2025-03-19"), "admission_date": ("2025-03-05", "2025-03-11", "2025-03-20"),
    "mother_postcode": ("ZZ99 1AA", "ZZ99 1AB", "ZZ99 1AD"), "asset_postcode": ("ZZ99 1AA", "ZZ99 1AB", "ZZ99 1AD"),
    "booking_date": ("2025-03-03", "2025-03-10", "2025-03-24"), "referral_date": ("2025-03-03", "2025-03-10", "2025-03-24"),
    "first_attended_contact_date": ("2025-03-21", "", "2025-04-08"), "attended_contacts": ("3", "0", "1"),
    "provider_code": ("RWE",), "site_code": ("RWEAA", "RWEAK", "RWEAA"), "unit_code": ("RWEAA",), "organisation_code": ("RWE",),
    "gestation_at_booking_days": ("63", "9+3", "112"), "gestation_at_birth_days": ("277", "39+4", "245"),
    "ethnic_category": ("A", "H", "Z"), "mother_ethnic_category": ("A", "H", "Z"), "baby_ethnic_category": ("A", "H", "99"),
    "language_code": ("en", "gu", "en"), "interpreter_needed": ("N", "Y", "N"), "previous_live_births": ("0", "1", "2"),
    "previous_caesareans": ("0", "1", "0"), "body_mass_index": ("24.1", "31.5", ""), "births_in_delivery": ("1",),
    "birth_weight_grams": ("3300", "2950", "2210"), "apgar_5_minutes": ("9", "10", "6"), "blood_loss_ml": ("350", "1600", "500"),
    "robson_group": ("1", "5", "3"), "delivery_method": ("0", "7", "0"), "perineal_tear": ("1", "0", "3"), "pregnancy_outcome": ("01",),
    "died_within_28_days": ("N",), "smoking_status_booking": ("4", "2", "1"),
    "smoking_status_delivery": ("4", "2", "1"), "first_feed": ("01", "01", "03"),
    "indicator": ("breastfeeding_6_8_weeks",), "indicator_name": ("Breastfed at 6 to 8 weeks",), "area_code": ("E10000018",),
    "area_name": ("Leicestershire",), "period_start": ("2025-01-01",), "period_end": ("2025-03-31",),
    "dimension": ("all", "deprivation_quintile", "ethnicity"), "group_code": ("ALL", "1", "ASIAN"),
    "numerator": ("812", "95", "*"), "denominator": ("1500", "210", "*"), "value": ("",), "lower_95": ("",), "upper_95": ("",),
    "unit": ("%",), "note": ("",), "voice_id": ("2025-01", "2025-02", "2025-03"), "group_name": ("LLR Maternity and Neonatal Voices",),
    "theme_code": ("communication.listened_to", "access.timeliness", "staff.manner"), "equity_theme": ("E5", "E8", "E16"),
    "sentiment": ("negative", "negative", "positive"), "speakers": ("6", "9", "14"), "respondents": ("40",),
    "metric_id": ("", "booking_by_10_weeks", ""),
    "statement": ("We were not offered an interpreter at the scan", "I did not know whom to call", "The staff were kind"),
    "suggested_theme": ("communication.told_by_staff", "access.contacting", ""), "suggested_equity_theme": ("E5", "", ""),
    "as_at": ("2025-03-31",), "members": ("24", "7", "5"), "asset_id": ("1", "2", "3"),
    "asset_name": ("Highfields baby bank", "Mums' circle", "Debt advice at the hub"), "organisation_name": ("Example charity",),
    "communities": ("ALL", "H;J;K", "ALL"), "languages": ("en", "en; gu; ur", "en"), "days_times": ("Tuesday mornings",),
    "funded_until": ("2026-03-31",),
    "last_verified": ("2025-03-15",), "verified_by_role": ("Community connector",),
    "kind": ("baby_bank", "peer", "advice"), "determinant": ("income", "isolation", "income"),
    "ethnic_group": ("WHITE", "BME", "ALL"), "measure": ("headcount", "headcount", "survey_yes"), "wres_indicator": ("1", "1", "7"),
    "survey_question": ("", "", "Q15"), "consent_to_publish": ("Y",),
}  # fmt: skip
# the same fields in other data sets
EXAMPLE_OF = {
    "workforce": {
        "numerator": ("210", "95", "130"),
        "denominator": ("320", "320", "240"),
        "printed_value": ("",),
        "staff_group": ("all",),
        "band_cluster": ("all",),
        "period_start": ("2024-04-01",),
    },
}


def template_fields(table: Table) -> list[str]:
    """The fields of an example file: originals in place of what is made from them, and the system's code."""
    names: list[str] = []
    for column in table.columns:
        if column.made_from or column.name in ("supplier_code", "supplier_name", "lsoa_vintage"):
            continue
        rule = column.personal
        names.append(rule.source if rule else column.name)
        if rule and rule.at:
            names.append(rule.at)
    return list(dict.fromkeys(names))


def _value(dataset: str, field: str, column: Column | None, row: int) -> str:
    values = EXAMPLE_OF.get(dataset, {}).get(field) or EXAMPLE.get(field)
    if values is None:
        assert column is not None and column.codes, f"no example of {field}"
        values = tuple(column.codes)
    return values[row % len(values)]


def example_files() -> dict[str, str]:
    """Empty and filled examples by file name."""
    files = {}
    for dataset, table in local_tables(read_declarations()).items():
        fields = template_fields(table)
        by_name = {column.name: column for column in table.columns}
        rows = [
            [_value(dataset, field, by_name.get(field), row) for field in fields]
            for row in range(EXAMPLE_ROWS)
        ]
        for name, body in (
            (f"{dataset}_empty.csv", []),
            (f"{dataset}_{SUPPLIERS.get(dataset, 'RWE')}_202503.csv", rows),
        ):
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([fields, *body])
            files[name] = text.getvalue()
    return files


def _what(column: Column) -> str:
    """What may stand in a column, in words."""
    if column.codes:
        codes = list(column.codes.items())
        shown = "; ".join(f"`{code}` {meaning}" for code, meaning in codes[:LISTED_CODES])
        return shown + ("; …" if len(codes) > LISTED_CODES else "")
    kinds = {
        "date": "a date", "integer": "a whole number", "count": "a whole number, not below 0", "number": "a number",
        "label": "text", "code": "a code", "text": "a code" if column.pattern else "text",
    }  # fmt: skip
    unit = f", in {column.unit}" if column.unit else ""
    marks = f"; or a mark: {' '.join(f'`{mark}`' for mark in column.marks)}" if column.marks else ""
    pattern = f" of the form `{column.pattern.replace('|', chr(92) + '|')}`" if column.pattern else ""
    listed = f", one of those in `seeds/{CODE_LISTS[column.code_list].seed}`" if column.code_list else ""
    return kinds[column.type] + pattern + listed + unit + marks


HANDLING = {
    "nhs_number": "its check digit is tested, then a pseudonym takes its place",
    "local_id": "a pseudonym takes its place",
    "birth_date": "an age in years takes its place", "age_days": "an age in days takes its place",
    "birth_month": "the first day of its month takes its place", "event_month": "the first day of its month takes its place",
    "postcode": "its small area takes its place",
}  # fmt: skip


def _rows_of(table: Table) -> list[str]:
    lines = []
    for column in table.columns:
        if column.made_from:
            continue
        needed = "yes" if column.required else ""
        rule = column.personal
        if rule is None:
            lines.append(f"| `{column.name}` | {column.description} | {_what(column)} | {needed} |")
        elif rule.source == column.name:
            lines.append(
                f"| `{column.name}` | {column.description} | any text; {HANDLING[rule.kind]} | {needed} |"
            )
        else:
            at = f", counted at `{rule.at}`" if rule.at else ""
            lines.append(
                f"| `{rule.source}`, or `{column.name}` | {column.description} | {HANDLING[rule.kind]}{at} | {needed} |"
            )
    return lines


def tables_text() -> str:
    """The section of the page that lists every data set."""
    parts = []
    for dataset, table in local_tables(read_declarations()).items():
        filled = f"{dataset}_{SUPPLIERS.get(dataset, 'RWE')}_202503.csv"
        parts += [
            f"### {dataset}",
            "",
            table.description,
            "",
            f"Example: [empty](../examples/local/{dataset}_empty.csv), [filled](../examples/local/{filled}).",
            "",
            "| field | what it is | what may stand in it | needed |",
            "|---|---|---|---|",
            *_rows_of(table),
            "",
        ]
    return "\n".join(parts)


def page_text(page: str) -> str:
    """The page with its tables made anew."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{tables_text()}\n{END}{after}"


def write(page: Path = PAGE, examples: Path = EXAMPLES) -> None:
    """Write page and examples."""
    page.write_text(page_text(page.read_text("utf-8")), "utf-8")
    examples.mkdir(parents=True, exist_ok=True)
    for name, text in example_files().items():
        (examples / name).write_text(text, "utf-8", newline="")


if __name__ == "__main__":
    write()
