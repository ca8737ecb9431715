"""A first mapping for a file that nobody has mapped yet, from its headers. A person has to read it through.

Pure: header and rows in, YAML text out. Values are shown of coded columns only, never of a column about a person.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from orchestration.ingest.declarations import Column, Table
from orchestration.ingest.local_values import as_code
from orchestration.ingest.mappings import fields_of
from orchestration.ingest.privacy import is_identifier, squashed

CLOSE = 0.74
MOST_VALUES = 40
# how suppliers often head a column, squashed
USUAL_HEADERS: dict[str, tuple[str, ...]] = {
    "pregnancy_id": ("pregnancyid", "uniqpregid", "pregid", "pregnancynumber", "pregref", "pregnancyref"),
    "baby_id": ("babyid", "babynumber", "uniqbabyid", "babyref"),
    "mother_nhs_number": (
        "nhsnumber",
        "nhsno",
        "nhsnumbermother",
        "mothernhsno",
        "mothersnhsnumber",
        "mumnhsno",
    ),
    "baby_nhs_number": ("babynhsno", "nhsnumberbaby", "babysnhsnumber", "nhsnobaby"),
    "mother_birth_date": ("dob", "dateofbirth", "motherdob", "mothersdob", "dobmother", "dateofbirthmother"),
    "baby_birth_date": (
        "babydob",
        "dobbaby",
        "dateofdelivery",
        "deliverydate",
        "birthdate",
        "dateofbirthbaby",
    ),
    "mother_postcode": ("postcode", "homepostcode", "postcodeofusualaddress", "motherpostcode"),
    "booking_date": (
        "bookingdate",
        "antenatalappdate",
        "dateofbooking",
        "bookingappointmentdate",
        "datebooked",
    ),
    "gestation_at_booking_days": ("gestationatbooking", "bookinggestation", "gestagebooking", "gestbooking"),
    "gestation_at_birth_days": (
        "gestationatbirth",
        "gestationatdelivery",
        "gestation",
        "gestationlengthbirth",
    ),
    "birth_weight_grams": ("birthweight", "weight", "bw", "birthweightg", "weightgrams"),
    "apgar_5_minutes": ("apgar5", "apgarat5", "apgar5min", "apgar5mins", "apgarscore5"),
    "ethnic_category": ("ethnicity", "ethniccategory", "ethnicgroup", "ethniccategorymother", "ethnicorigin"),
    "mother_ethnic_category": (
        "motherethnicity",
        "ethniccategorymother",
        "maternalethnicity",
        "ethnicitymother",
    ),
    "baby_ethnic_category": ("babyethnicity", "ethniccategorybaby", "ethnicitybaby", "infantethnicity"),
    "smoking_status_booking": ("smokingstatus", "smokingatbooking", "smokerbooking", "smoker"),
    "smoking_status_delivery": ("smokingatdelivery", "satod", "smokingstatusdelivery"),
    "interpreter_needed": ("interpreter", "interpreterrequired", "needsinterpreter"),
    "language_code": ("language", "langcode", "firstlanguage", "preferredlanguage"),
    "delivery_method": ("modeofdelivery", "modeofbirth", "deliverymethodcode", "deliverytype"),
    "blood_loss_ml": ("bloodloss", "ebl", "estimatedbloodloss", "totalbloodloss"),
    "perineal_tear": ("tear", "perineum", "perinealtrauma", "degreeoftear"),
    "pregnancy_outcome": ("outcome", "birthoutcome", "pregoutcome"),
    "births_in_delivery": ("numberofbabies", "plurality", "birthsperlabanddel", "numberofbirths"),
    "site_code": ("site", "hospitalsite", "sitecode", "hospital"),
    "provider_code": ("provider", "trust", "orgcode", "trustcode", "orgidprovider"),
    "lsoa_code": ("lsoa", "lsoa21", "lsoamother", "lsoa2021", "lsoa2011", "lsoacode"),
    "first_feed": ("firstfeed", "babyfirstfeedindcode", "feedingatbirth"),
    "sex": ("babysex", "gender", "sexofbaby"),
    "admission_date": ("admitdate", "dateofadmission", "nnuadmissiondate", "admitdatetime"),
    "admission_id": ("episodeid", "admissionnumber", "badgerid", "episodenumber"),
    "referral_id": ("referralnumber", "servicerequestid", "refid"),
    "referral_date": ("dateofreferral", "referralrequestreceiveddate", "refdate"),
    "attended_contacts": ("contacts", "numberofcontacts", "contactsattended"),
}


@dataclass(frozen=True)
class Draft:
    """A mapping to be read through.

    Attributes:
        dataset: the data set whose fields fit best.
        text: YAML with comments.
        matched: fields found, by header.
    """

    dataset: str
    text: str
    matched: dict[str, str]


def likeness(header: str, field: str) -> float:
    """How well a header fits a field, 0 to 1."""
    text = squashed(header)
    if not text:
        return 0.0
    if text == squashed(field) or text in USUAL_HEADERS.get(field, ()):
        return 1.0
    names = (squashed(field), *USUAL_HEADERS.get(field, ()))
    return 0.99 * max(difflib.SequenceMatcher(None, text, name).ratio() for name in names)


def match(headers: Sequence[str], table: Table) -> dict[str, tuple[str, float]]:
    """Field to the header that fits it best and how well, each header once."""
    fields = [
        name for name in fields_of(table).all if name not in ("supplier_code", "supplier_name", "lmns_code")
    ]
    pairs = sorted(
        ((likeness(header, field), field, header) for field in fields for header in headers),
        key=lambda pair: (-pair[0], fields.index(pair[1])),
    )
    found: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for share, field, header in pairs:
        if share >= CLOSE and field not in found and header not in taken:
            found[field] = (header, share)
            taken.add(header)
    return found


def _values(column: Column, texts: Sequence[str | None]) -> dict[str, str]:
    """The supplier's words that are no codes of the contract, with the code that they most resemble."""
    seen = Counter(text.strip() for text in texts if text and text.strip())
    if not seen or len(seen) > MOST_VALUES:
        return {}
    codes = tuple(column.codes)
    by_meaning = {meaning.lower(): code for code, meaning in column.codes.items()}
    values = {}
    for text in sorted(seen):
        if as_code(text, codes) is not None:
            continue
        near = difflib.get_close_matches(text.lower(), by_meaning, n=1, cutoff=0.6)
        # a word that stands there once and is like no meaning could be anything, a name included
        if not near and seen[text] == 1:
            continue
        values[text] = by_meaning[near[0]] if near else "?"
    return values


def _line(key: str, value: str) -> str:
    return yaml.safe_dump({key: value}, allow_unicode=True, width=1000, default_flow_style=False).strip()


def draft_mapping(
    headers: Sequence[str], columns: dict[str, Sequence[str | None]], tables: dict[str, Table], file_name: str
) -> Draft | None:
    """A mapping for a file; None where its headers fit no data set.

    Args:
        headers: the file's headers.
        columns: the texts of each header, of the first rows.
        tables: contract by data set.
        file_name: the file's name.
    """
    fitted = {dataset: match(headers, table) for dataset, table in tables.items()}

    def weight(dataset: str) -> tuple[float, float]:
        found = fitted[dataset]
        needed = fields_of(tables[dataset]).needed
        met = sum(any(way in found for way in ways) for ways in needed)
        return sum(share for _, share in found.values()) + met / max(len(needed), 1), -len(needed)

    dataset = max(fitted, key=weight)
    found = fitted[dataset]
    if len(found) < 3:
        return None
    table = tables[dataset]
    by_name = {column.name: column for column in table.columns}
    lines = [
        f"# Drafted from the headings of {file_name}. Read it through: what stands before # may be a guess.",
        "supplier: FILL_IN            # ODS or ONS code of who supplies the file, or a short name",
        "supplier_name: FILL_IN",
        "lmns: FILL_IN                # code of the system, such as QK1",
        f"dataset: {dataset}",
        "# file_name: '^name_.*'      # regular expression of the file's name",
        "# date_format: dd/mm/yyyy    # needed where dates are neither 2025-03-31 nor 31/03/2025",
        "columns:",
    ]
    for field in fields_of(table).all:
        if field in found:
            header, share = found[field]
            guess = "" if share == 1 else "   # a guess"
            lines.append(f"  {_line(field, header)}{guess}")
    for ways in fields_of(table).needed:
        if not any(way in found for way in ways):
            lines.append(f"  # {ways[0]}: FILL_IN   # the contract cannot do without it")
    blocks = {
        field: values
        for field, (header, _) in found.items()
        if field in by_name and by_name[field].codes and not by_name[field].personal
        and (values := _values(by_name[field], columns.get(header, ())))
    }  # fmt: skip
    if blocks:
        lines.append("values:")
        for field, values in blocks.items():
            known = ", ".join(f"{code} {meaning}" for code, meaning in by_name[field].codes.items())
            lines += [f"  {field}:   # {known}"] + [
                f"    {_line(text, code)}" for text, code in values.items()
            ]
    spare = [header for header in headers if header not in {header for header, _ in found.values()}]
    drop = [header for header in spare if is_identifier(header)]
    if drop:
        lines.append("drop:   # these can tell who somebody is; they are not read")
        lines += [f"  - {yaml.safe_dump(header).splitlines()[0]}" for header in drop]
    other = [header for header in spare if header not in drop]
    if other:
        lines.append("# not read: " + "; ".join(other))
    lines.append("# expected: {from: 2025-04, due_days: 31}   # what was asked for, and when it is due")
    return Draft(dataset, "\n".join(lines) + "\n", {header: field for field, (header, _) in found.items()})
