"""Made-up checks of local records: one hospital whose ethnic coding fails, a group linked less often, a wall of months."""

from __future__ import annotations

TRUST = "Testshire Hospitals NHS Trust"
BABY = "Neonatal admissions: ethnic category of the baby"
MONTHS = [f"2025-{month:02d}" for month in range(4, 13)] + [f"2026-{month:02d}" for month in range(1, 4)]
rows: list[dict] = []


def check(item, measure, numerator, denominator, *, level="supplier", code="RWE", verdict="good", period=("2025-04-01", "2026-03-31"), value=None):  # fmt: skip
    hidden = numerator is None and value is None
    return {
        "figure_id": f"dq-{len(rows):012x}", "lmns_code": "QK1", "source_id": "local", "organisation_code": code,
        "organisation_level": level, "organisation_name": TRUST, "item": item, "measure": measure,
        "value": None if hidden else value if value is not None else numerator / denominator,
        "numerator": None if hidden else numerator, "denominator": None if hidden else denominator,
        "period_start": period[0], "period_end": period[1], "verdict": "not available" if hidden else verdict,
        "detail": "What it means", "decimals": 1 if (denominator or 0) >= 4000 else 0,
    }  # fmt: skip


def add(*cells, **more):
    rows.append(check(*cells, **more))


for hospital, stated, missing, all_of_them, found in (("RWE01", 585, 50, 635, "good"), ("RWE02", 195, 225, 420, "needs attention")):  # fmt: skip
    add(BABY, "valid and stated", stated, all_of_them, level="hospital", code=hospital, verdict=found)
    add(BABY, "missing", missing, all_of_them, level="hospital", code=hospital, verdict="information")
    add(BABY, "not stated", None, None, level="hospital", code=hospital)
for place, month in enumerate(MONTHS):
    monthly = (f"{month}-01", f"{month}-28")
    add(
        BABY,
        "valid and stated",
        90 - 2 * place,
        100,
        verdict="needs attention" if place > 8 else "good",
        period=monthly,
    )
    add(
        "Births: Tear",
        "known",
        55 + place if place != 3 else None,
        100,
        verdict="needs attention",
        period=monthly,
    )
    add("Births: Tear", "understood", 100, 100, period=monthly)
    add("Births: Outcome of pregnancy", "known", 100, 100, period=monthly)
    add("Births", "rows that stand for something of their own", 80 if place == 5 else 100, 100, verdict="needs attention" if place == 5 else "good", period=monthly)  # fmt: skip
    add("Women booked (local records)", "beside the published count", 500, 1000, level="provider", verdict="needs attention", period=monthly)  # fmt: skip
    add("Smoking at booking (local records)", "beside the published figure: Smoking at booking", 60, 1000, level="provider", period=monthly, value=-0.4)  # fmt: skip
add("Births", "linked to a booking", 8695, 8835)
add("Births", "linked to a booking, Mixed", 335, 365, verdict="needs attention")
add("Births", "linked to a booking, White", 4665, 4685)
add("Births", "linked to a booking, Not known", None, None)
add(
    "Neonatal admissions",
    "same baby's ethnic category as in the birth record",
    580,
    685,
    verdict="needs attention",
)
add("Neonatal admissions", "same baby's ethnic category as in the birth record", 60, 165, level="hospital", code="RWE02", verdict="needs attention")  # fmt: skip
add("Ethnic mix of women booked (local records)", "share beside the published one: White", 600, 1000, level="lmns", code="QK1", value=0.05)  # fmt: skip
add("Ethnic mix of women booked (local records)", "share beside that of residents: White", 600, 1000, level="lmns", code="QK1", value=0.8)  # fmt: skip
add("Monthly submission", "absent from local__maternity_booking", None, None, level="provider", verdict="needs attention", value=0.0, period=("2025-12-01", "2025-12-31"))  # fmt: skip
