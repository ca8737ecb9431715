"""A first mapping for a file that nobody has mapped yet, from its headers. A person has to read it through.

Pure: header and rows in, YAML text out. Of values only those are shown that are in the contract's own lists of words.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from orchestration.ingest.declarations import Column, Table
from orchestration.ingest.local_values import NUMBER, WEEKS_AND_DAYS, as_code
from orchestration.ingest.mappings import FILL_IN, UNITS_OF, UNKNOWN, fields_of
from orchestration.ingest.privacy import is_identifier, squashed

CLOSE = 0.74
MOST_WORDS = 40
SHOWN_ROWS = 10
# a column of the supplier's or the system's code is known by that name alone
OWN_NAME_ONLY = ("supplier_code", "supplier_name", "lmns_code")
SAME_WORD = {
    "mum": ("mother",), "mums": ("mother",), "mothers": ("mother",), "maternal": ("mother",), "babys": ("baby",),
    "infant": ("baby",), "dob": ("birth", "date"), "no": ("number",), "num": ("number",), "of": (), "the": (), "s": (),
    "at": (), "ethnicity": ("ethnic", "category"),
}  # fmt: skip
UNIT_WORDS = {
    "days": "days", "weeks": "weeks", "week": "weeks", "wks": "weeks", "g": "g", "grams": "g", "kg": "kg", "kgs": "kg",
    "ml": "ml", "mls": "ml", "l": "l", "litres": "l", "litre": "l",
}  # fmt: skip
# by the contract's unit: what numbers no larger than this are more likely in
SMALL_NUMBERS = {"days": ("weeks", 45), "g": ("kg", 20), "ml": ("l", 15)}
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


def _tokens(header: str) -> frozenset[str]:
    """A header's words, with those that mean the same made one and without units."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", header)
    return frozenset(
        token for word in words for token in SAME_WORD.get(word.lower(), (word.lower(),))
    ) - UNIT_WORDS.keys()  # fmt: skip


def likeness(header: str, field: str) -> float:
    """How well a header fits a field, 0 to 1."""
    text = squashed(header)
    if not text:
        return 0.0
    if text == squashed(field):
        return 1.0
    if field in OWN_NAME_ONLY:
        return 0.0
    without_unit = "".join(word for word in re.findall("[a-z0-9]+", header.lower()) if word not in UNIT_WORDS)
    usual = USUAL_HEADERS.get(field, ())
    if text in usual or without_unit in usual or _tokens(header) == _tokens(field):
        return 1.0
    names = (squashed(field), *usual)
    return 0.99 * max(difflib.SequenceMatcher(None, text, name).ratio() for name in names)


def match(headers: Sequence[str], table: Table) -> dict[str, tuple[str, float]]:
    """Field to the header that fits it best and how well, each header once."""
    fields = fields_of(table).all
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


def folded(word: str) -> str:
    """A supplier's word as it is compared with meanings and synonyms: letters and digits, small, one space between."""
    return " ".join(re.findall("[a-z0-9]+", word.casefold().replace("&", " and ")))


def known_words(column: Column) -> dict[str, str]:
    """The words whose code is known, as `folded` gives them: each meaning, its synonyms, and either behind the code."""
    words: dict[str, str] = {}
    for code, meaning in column.codes.items():
        for word in (meaning, *column.synonyms.get(code, ())):
            words[folded(word)] = code
            words[f"{code.lower()} {folded(word)}"] = code
    return words


@dataclass(frozen=True)
class Words:
    """What stands in a coded column that is no code of the contract.

    Attributes:
        known: the supplier's words whose code is known.
        others: how many different words besides.
        rows: the first rows that hold one of those.
    """

    known: dict[str, str]
    others: int
    rows: list[int]


def _words(column: Column, texts: Sequence[str | None], first_row: int) -> Words:
    """The supplier's words. One that is not known could be anything, a name included, and is not shown."""
    codes, words = tuple(column.codes), known_words(column)
    known: dict[str, str] = {}
    others: set[str] = set()
    rows: list[int] = []
    for number, given in enumerate(texts, start=first_row):
        text = (given or "").strip()
        if not text or as_code(text, codes) is not None:
            continue
        code = words.get(folded(text))
        if code is not None:
            known[text] = code
            continue
        others.add(text)
        if len(rows) < SHOWN_ROWS:
            rows.append(number)
    return Words(dict(sorted(known.items())), len(others), rows)


def _values(field: str, column: Column, found: Words) -> list[str]:
    """Lines of `values` for a field."""
    listed = ", ".join(f"{code} {meaning}" for code, meaning in column.codes.items())
    lines = [f"  {field}:   # {listed}"]
    lines += [f"    {_line(text, code)}" for text, code in found.known.items()]
    if found.others:
        several = f"{found.others} other words" if found.others > 1 else "another word"
        rows = ", ".join(map(str, found.rows)) + (" …" if len(found.rows) == SHOWN_ROWS else "")
        rows = f"row {rows}" if len(found.rows) == 1 else f"rows {rows}"
        many = " So many that it may be the wrong column." if found.others > MOST_WORDS else ""
        lines.append(
            f"    '{UNKNOWN}': '{UNKNOWN}'   # {several} ({rows}), not shown here: write each as it stands in the "
            f"file and say what it means.{many}"
        )
    return lines


def _unit(column: Column, header: str, texts: Sequence[str | None]) -> str | None:
    """The unit that the header names or the values look like, where it is not the contract's."""
    said = {UNIT_WORDS[word] for word in re.findall("[a-z]+", header.lower()) if word in UNIT_WORDS}
    given = [text.strip() for text in texts if text and text.strip()]
    numbers = [float(text) for text in given if NUMBER.fullmatch(text)]
    other = [unit for unit in UNITS_OF.get(column.unit or "", ()) if unit != column.unit]
    if not other or column.unit in said:
        return None
    if column.unit == "days" and given and all(WEEKS_AND_DAYS.fullmatch(text) for text in given):
        return "weeks+days"
    for unit in other:
        if unit in said:
            return unit
    looks = SMALL_NUMBERS.get(column.unit or "")
    if looks and (column.plausible or column.unit != "days") and numbers and max(numbers) <= looks[1]:
        return looks[0]
    return None


def _name_pattern(file_name: str) -> str:
    """A regular expression of names like this one: its digits may differ, and a correction may say which one it is."""
    stem, _, kind = file_name.rpartition(".")
    parts = (re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", part) for part in re.split("[0-9]+", stem))
    return f"^{'[0-9]+'.join(parts)}(_v[0-9]+)?[.]{kind}$"


def _line(key: str, value: str) -> str:
    return yaml.safe_dump({key: value}, allow_unicode=True, width=1000, default_flow_style=False).strip()


def draft_mapping(
    headers: Sequence[str],
    columns: dict[str, Sequence[str | None]],
    tables: dict[str, Table],
    file_name: str,
    first_row: int,
) -> Draft | None:
    """A mapping for a file; None where its headers fit no data set.

    Args:
        headers: the file's headers.
        columns: the texts of each header, of the first rows.
        tables: contract by data set.
        file_name: the file's name.
        first_row: number of the first row below the headers.
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
        f"supplier: {FILL_IN}            # ODS or ONS code of who supplies the file, or a short name",
        f"supplier_name: {FILL_IN}",
        f"lmns: {FILL_IN}                # code of the system, such as QK1",
        f"dataset: {dataset}",
        f"{_line('file_name', _name_pattern(file_name))}   # which files are meant: keep it narrow, or another "
        "supplier's file with the same headings is taken for this one's",
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
    blocks: list[str] = []
    units: list[str] = []
    for field, (header, _) in found.items():
        column = by_name.get(field)
        if column is None or column.personal:
            continue
        texts = columns.get(header, ())
        if column.codes:
            words = _words(column, texts, first_row)
            blocks += _values(field, column, words) if words.known or words.others else []
        if unit := _unit(column, header, texts):
            units.append(f"  {field}: {unit}   # by the heading or the values")
    lines += ["values:", *blocks] if blocks else []
    lines += ["units:", *units] if units else []
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
