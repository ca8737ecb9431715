"""Pairs of an admission and a birth that could be of one baby, with the match weight that Splink gives them.

Which fields are compared, and how, is declared here; who is linked is decided in int_neonatal_link.
"""

import logging
from math import ceil
from typing import Any

# Fields that both records hold, and the setting that says how far apart numbers are nearly the same. Ethnic category is
# none of them: what is to be compared between the records cannot decide which belong together.
FIELDS = {
    "provider_code": None,
    "gestation_at_birth_days": "near_days",
    "birth_weight_grams": "near_grams",
    "sex": None,
    "lsoa_code": None,
    "mother_pseudonym": None,
}
# Pairs are of one system and month of birth, and agree in one of these: no other pair could reach the threshold.
BLOCK = ("lmns_code", "birth_month")
AGREED = (("birth_weight_grams",), ("gestation_at_birth_days", "lsoa_code"), ("mother_pseudonym",))
# So many pairs of two babies say how often they agree by chance; where there are more, some admissions stand for all.
PAIRS_OF_TWO_BABIES = 1_000_000
# Splink's own share of pairs of one baby below agreement, where hardly any pair is known to say better.
DEFAULT_DIFFERS = 0.05

KEY = ("lmns_code", "admission_supplier_code", "admission_id", "birth_supplier_code", "baby_id")
COLUMNS = {
    **dict.fromkeys(KEY, "varchar"),
    **dict.fromkeys(FIELDS, "varchar"),
    **{f"{field}_weight": "double" for field in FIELDS},
    "has_same_pseudonym": "boolean",
    "match_weight": "double",
    "match_probability": "double",
}

Shares = dict[tuple[str, int], float]  # by field and number of the level, per 1


def _levels(field: str) -> list[str]:
    """Levels of a field from the lowest: Splink's number of a level is its place."""
    return ["differs", "nearly", "agrees"] if FIELDS[field] else ["differs", "agrees"]


def _row(session: Any, sql: str) -> tuple[Any, ...]:
    """The one row of a query."""
    return session.sql(sql).fetchall()[0]


def _make_tables(session: Any, record: str, truth: str) -> tuple[int, float]:
    """Make the tables that Splink reads, by names that no other table has: it looks columns up by table name alone.

    Args:
        session: a connection of its own.
        record: query of births and admissions.
        truth: query of the pairs of one baby.

    Returns:
        How many pairs are known to be of one baby, and which share of the pairs of a system and month are likely to be.
    """
    for side in ("admission", "birth"):
        session.sql(
            f"""
            create table linkage_{side} as
            select
                row_number() over (order by lmns_code, supplier_code, record_id) as unique_id,
                supplier_code, record_id, baby_pseudonym, {", ".join([*BLOCK, *FIELDS])}
            from ({record}) where side = '{side}'
            """
        )
    session.sql(
        f"""
        create table linkage_one_baby as
        select
            'admission' as source_dataset_l, admission.unique_id as unique_id_l,
            'birth' as source_dataset_r, birth.unique_id as unique_id_r
        from ({truth}) as truth
        inner join linkage_admission as admission
            on
                truth.lmns_code = admission.lmns_code
                and truth.admission_supplier_code = admission.supplier_code
                and truth.admission_id = admission.record_id
        inner join linkage_birth as birth
            on
                truth.lmns_code = birth.lmns_code
                and truth.birth_supplier_code = birth.supplier_code
                and truth.baby_id = birth.record_id
        where truth.is_same_month
        """
    )
    (known,) = _row(session, "select count(*) from linkage_one_baby")
    admissions, with_pseudonym = _row(
        session, "select count(*), count(baby_pseudonym) from linkage_admission"
    )
    per_month = (
        "select lmns_code, birth_month, count(*) as records from linkage_{} group by lmns_code, birth_month"
    )
    (pairs,) = _row(
        session,
        f"""
        select coalesce(sum(admission.records * birth.records), 0)
        from ({per_month.format("admission")}) as admission
        inner join ({per_month.format("birth")}) as birth
            on admission.lmns_code = birth.lmns_code and admission.birth_month = birth.birth_month
        """,
    )
    session.sql(
        f"""
        create table linkage_two_babies as
        select
            'admission' as source_dataset_l, admission.unique_id as unique_id_l,
            'birth' as source_dataset_r, birth.unique_id as unique_id_r
        from linkage_admission as admission
        inner join linkage_birth as birth
            on
                admission.lmns_code = birth.lmns_code
                and admission.birth_month = birth.birth_month
                and coalesce(admission.baby_pseudonym <> birth.baby_pseudonym, true)
        where admission.unique_id % {max(1, ceil(pairs / PAIRS_OF_TWO_BABIES))} = 0
        """
    )
    # as many of the admissions without a pseudonym have a birth here as of those with one
    likely = int(admissions) * (known + 0.5) / (with_pseudonym + 1)
    return known, min(likely / (int(pairs) + 1), 0.999)


def _settings(near: dict[str, int], prior: float, one_baby: Shares, two_babies: Shares) -> Any:
    """Splink's settings.

    Args:
        near: by setting, how far apart numbers are nearly the same.
        prior: share of the pairs of a system and month that are of one baby.
        one_baby: share of the pairs of one baby at a level, where no known pair will say.
        two_babies: share of the pairs of two babies at a level.
    """
    import splink.comparison_level_library as library
    from splink import SettingsCreator, block_on
    from splink.comparison_library import CustomComparison

    def comparison(field: str) -> Any:
        levels = [library.ElseLevel(), library.ExactMatchLevel(field)]
        if FIELDS[field]:
            levels.insert(1, library.AbsoluteDifferenceLevel(field, near[FIELDS[field]]))
        for number, level in enumerate(levels):
            if (field, number) in one_baby:
                level.configure(m_probability=one_baby[field, number])
            if (field, number) in two_babies:
                level.configure(u_probability=two_babies[field, number])
        return CustomComparison([library.NullLevel(field), *reversed(levels)], output_column_name=field)

    return SettingsCreator(
        link_type="link_only",
        comparisons=[comparison(field) for field in FIELDS],
        blocking_rules_to_generate_predictions=[block_on(*BLOCK, *agreed) for agreed in AGREED],
        probability_two_random_records_match=prior,
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _weigh(session: Any, near: dict[str, int], known: int, prior: float) -> str:
    """Let Splink learn from the pairs that are known and weigh those that could be of one baby.

    Returns:
        Name of Splink's table of pairs.
    """
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI(session)
    sides = [
        database.register(f"linkage_{side}", table_name=f"linkage_{side}", dataset_display_name=side)
        for side in ("admission", "birth")
    ]

    # Splink learns u as it learns m, from pairs that are known. Its sample of all pairs would take in other systems, where
    # provider and area differ anyway, and expectation maximisation takes twins for one baby.
    linker = Linker(sides, _settings(near, prior, {}, {}), log_level=logging.ERROR)
    linker.training.estimate_m_from_pairwise_labels("linkage_two_babies")
    two_babies = {
        (comparison["output_column_name"], number): level["m_probability"]
        for comparison in linker.misc.save_model_to_json()["comparisons"]
        for number, level in enumerate(reversed(comparison["comparison_levels"][1:]))
        if "m_probability" in level
    }
    # half a pair at a level that no known pair of one baby shows: unlikely and not impossible
    unseen = min(DEFAULT_DIFFERS, 0.5 / (known + 1))
    one_baby = {
        (field, number): unseen
        for field in FIELDS
        for number, level in enumerate(_levels(field))
        if level != "agrees"
    }
    linker = Linker(sides, _settings(near, prior, one_baby, two_babies), log_level=logging.ERROR)
    linker.training.estimate_m_from_pairwise_labels("linkage_one_baby")
    return linker.inference.predict(warning_mode="never").physical_name


def _pair_sql(pairs: str) -> str:
    """The model's columns from Splink's table of pairs."""
    level = {
        field: " ".join(f"when {number} then '{name}'" for number, name in enumerate(_levels(field)))
        for field in FIELDS
    }
    made = {
        "lmns_code": "admission.lmns_code",
        "admission_supplier_code": "admission.supplier_code",
        "admission_id": "admission.record_id",
        "birth_supplier_code": "birth.supplier_code",
        "baby_id": "birth.record_id",
        **{field: f"case pair.gamma_{field} {level[field]} end" for field in FIELDS},
        **{f"{field}_weight": f"round(pair.mw_{field}, 4)" for field in FIELDS},
        "has_same_pseudonym": "admission.baby_pseudonym = birth.baby_pseudonym",
        "match_weight": "round(pair.match_weight, 4)",
        "match_probability": "round(pair.match_probability, 6)",
    }
    return f"""
        select {", ".join(f"cast({made[name]} as {kind}) as {name}" for name, kind in COLUMNS.items())}
        from {pairs} as pair
        inner join linkage_admission as admission on pair.unique_id_l = admission.unique_id
        inner join linkage_birth as birth on pair.unique_id_r = birth.unique_id
    """


def model(dbt: Any, session: Any) -> Any:
    """One row a pair; no row, and Splink not even imported, where there is nothing to link."""
    record = dbt.ref("int_linkage_record").sql_query()
    truth = dbt.ref("int_linkage_truth").sql_query()
    near = {"near_days": dbt.config.meta_get("near_days"), "near_grams": dbt.config.meta_get("near_grams")}
    if _row(session, f"select count(distinct side) from ({record})") < (2,):
        nothing = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in COLUMNS.items())
        return session.sql(f"select {nothing} where false")
    # what Splink makes on its way stays in memory, in a database beside the warehouse
    beside = session.cursor()
    beside.execute("attach ':memory:' as linkage")
    beside.execute("use linkage")
    pairs = _weigh(beside, near, *_make_tables(beside, record, truth))
    beside.execute(f"create table linkage_pair as {_pair_sql(pairs)}")
    used = "select table_name from duckdb_tables() where database_name = 'linkage' and table_name <> 'linkage_pair'"
    for (table,) in beside.execute(used).fetchall():
        beside.execute(f"drop table {table}")
    return session.sql(f"select * from linkage.linkage_pair order by {', '.join(KEY)}")
