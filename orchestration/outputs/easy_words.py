"""Measures in words that are easy to read: who is counted, and what happens to them. Knows no number.

A measure of the register without a line here is not in the easy pages; they say how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Easy:
    """`3 out of every 100 <who> <what>.` `subject` is a short title; `also` explains a hard word."""

    start: str
    subject: str
    who: str
    what: str
    picture: str
    also: str = ""


# by the start of the measure's name; the first that fits is taken
EASY = (
    Easy("Booked by 10 weeks", "Early first visit", "women", "see a midwife in the first 10 weeks", "calendar"),
    Easy("Early access to maternity care", "Early first visit", "women", "see a midwife in the first 10 weeks", "calendar"),
    Easy("Booked after 20 weeks", "Late first visit", "women", "first see a midwife after 20 weeks", "calendar"),
    Easy("Smoking at booking", "Smoking", "women", "smoke when they first see a midwife", "smoke"),
    Easy("Smoking", "Smoking", "women", "smoke when the baby is born", "smoke"),
    Easy("Carbon monoxide", "Breath test", "women", "do not have a low breath test for smoke", "smoke"),
    Easy("Folic acid", "Folic acid", "women", "take folic acid before they are pregnant", "pill", "Folic acid is a vitamin. It helps the baby grow well."),
    Easy("On a continuity of carer", "The same team", "women", "have the same small team of midwives", "people"),
    Easy("Continuity of carer", "The same team", "women", "have the same small team of midwives", "people"),
    Easy("Receiving continuity of carer", "The same team", "women", "see the same small team of midwives", "people"),
    Easy("Personalised care", "Care plan", "women", "have a care plan", "plan", "A care plan says what you want and need. You make it with your midwife."),
    Easy("Skin-to-skin", "Held skin to skin", "babies", "are held skin to skin after birth", "baby"),
    Easy("First feed was breast milk", "First feed", "babies", "have breast milk as their first feed", "baby"),
    Easy("Breastfed at 6 to 8 weeks", "Breast milk", "babies", "have breast milk at 6 to 8 weeks", "baby"),
    Easy("Born before 37 weeks", "Born too early", "babies", "are born too early", "baby"),
    Easy("Preterm", "Born too early", "babies", "are born too early", "baby"),
    Easy("Low birth weight", "Born small", "babies", "are born very small", "baby"),
    Easy("Apgar score", "Not well at birth", "babies", "are not well just after birth", "baby"),
    Easy("Severe bleeding", "Bleeding", "women", "lose a lot of blood at the birth", "hospital"),
    Easy("Third or fourth degree tear", "Bad tears", "women", "have a bad tear at the birth", "hospital"),
    Easy("Readmission", "Back to hospital", "women or babies", "go back to hospital after the birth", "hospital"),
    Easy("Term babies admitted", "Special baby ward", "babies", "go to a special baby ward", "hospital"),
    Easy("Stillbirth", "Stillbirth", "babies", "die before they are born", "heart"),
    Easy("Neonatal death", "Death of a baby", "babies", "die in the first 4 weeks", "heart"),
    Easy("Infant death", "Death of a baby", "babies", "die before they are 1 year old", "heart"),
    Easy("Deaths before 28 days", "Death of a baby", "babies", "die in the first 4 weeks", "heart"),
    Easy("Deaths before the first birthday", "Death of a baby", "babies", "die before they are 1 year old", "heart"),
    Easy("Listened to", "Being heard", "women", "say that staff listened to them", "talk"),
    Easy("Concerns taken seriously", "Being heard", "women", "say that staff took their worries seriously", "talk"),
    Easy("Involved in decisions", "Having a say", "women", "say that they had a say in their care", "talk"),
    Easy("Medical history known", "Staff know you", "women", "say that staff knew about their health", "talk"),
    Easy("Perinatal mental health referral", "Help with feelings", "women", "who need it get help with how they feel", "heart"),
    Easy("Parents spoken to", "Parents told", "babies", "have parents who talk with a doctor in the first day", "talk"),
    Easy("Parents on ward rounds", "Parents there", "babies", "have a parent there when doctors come round", "people"),
    Easy("Healthy Start", "Money for food", "families", "who can get Healthy Start do get it", "plan", "Healthy Start is money for milk, fruit and vegetables."),
)  # fmt: skip


def easy_words(metric_name: str) -> Easy | None:
    """The easy words of a measure, by its name."""
    return next((easy for easy in EASY if metric_name.startswith(easy.start)), None)
