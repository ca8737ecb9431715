"""Extracts of a mental health trust: one row per referral to its perinatal service.

The women are those who gave birth with the system's provider.
"""

from __future__ import annotations

import numpy as np

from orchestration.sample.extract import CONTRACT, NONE, Rows, day_number
from orchestration.sample.maternity_extract import Identifying
from orchestration.sample.msds_data import last_day
from orchestration.sample.places import ETHNIC_CODES
from orchestration.sample.pregnancies import LANGUAGES, Births, between

EARLIEST, LATEST = 120, 240


def referral_rows(births: Births, trust: str, identifying: Identifying) -> Rows:
    """One row per referral; those whose contact was attended are the women whom the national figure counts."""
    crowd = births.crowd
    seen = crowd.has("perinatal_contact", "yes")
    chosen = np.flatnonzero(seen | crowd.has("referred_not_seen", "yes"))
    day = births.day[chosen] + between(crowd.uniform("referral"), -EARLIEST, LATEST)[chosen]
    day = np.minimum(day, day_number(last_day(crowd.month)))
    wait = between(crowd.uniform("wait for contact"), 5, 50)[chosen]
    rows = Rows(CONTRACT)
    rows.identity("referral_id", "R", births.mother[chosen])
    identifying.person(rows, "mother", births.mother[chosen])
    rows.day("referral_date", day)
    rows.day("first_attended_contact_date", np.where(seen[chosen], day + wait, NONE))
    contacts = between(crowd.uniform("contacts"), 1, 12)[chosen]
    rows.whole("attended_contacts", np.where(seen[chosen], contacts, 0))
    rows.constant("provider_code", trust, len(chosen))
    rows.day("mother_birth_date", births.born[chosen])
    identifying.home(rows, births, chosen)
    rows.code("ethnic_category", crowd.ethnic[chosen], ETHNIC_CODES)
    rows.code("language_code", births.language[chosen], LANGUAGES)
    needs = np.where(births.language[chosen] > 0, 0, np.where(births.language[chosen] == NONE, NONE, 1))
    rows.code("interpreter_needed", needs, ("Y", "N"))
    return rows
