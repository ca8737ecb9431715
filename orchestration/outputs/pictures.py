"""Simple pictures beside words: drawn here, so that no file and no request is needed. They say what the words say."""

from __future__ import annotations

from markupsafe import Markup

LINE = 'fill="none" stroke="#003087" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'
FILL = 'fill="#d2e5f5" stroke="#003087" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'
PICTURES = {
    "baby": f'<circle cx="32" cy="20" r="12" {FILL}/><path d="M16 58c0-16 6-24 16-24s16 8 16 24z" {FILL}/>'
    f'<path d="M27 22q5 5 10 0M27 17h.1M37 17h.1M30 8q3-5 6-2" {LINE}/>',
    "woman": f'<path d="M20 26c-4-24 28-24 24 0l2 8H18z" {FILL}/><circle cx="32" cy="20" r="9" fill="#fff" stroke="#003087" stroke-width="3"/>'
    f'<path d="M12 60c0-16 8-22 20-22s20 6 20 22z" {FILL}/>',
    "people": f'<circle cx="20" cy="20" r="8" {FILL}/><circle cx="44" cy="20" r="8" {FILL}/>'
    f'<path d="M6 54c0-14 5-22 14-22s14 8 14 22zM34 54c0-10-2-15-4-18 3-3 8-4 14-4 9 0 14 8 14 22z" {FILL}/>',
    "chart": f'<path d="M8 6v50h50" {LINE}/><path d="M16 56V36h8v20zM30 56V24h8v32zM44 56V12h8v44z" {FILL}/>',
    "house": f'<path d="M8 32L32 10l24 22M14 28v28h36V28" {FILL}/><path d="M27 56V40h10v16" fill="#fff" stroke="#003087" stroke-width="3"/>',
    "calendar": f'<rect x="8" y="12" width="48" height="44" rx="3" {FILL}/><path d="M8 24h48M20 6v12M44 6v12" {LINE}/>'
    f'<path d="M22 40l7 7 14-14" {LINE}/>',
    "question": f'<circle cx="32" cy="32" r="25" {FILL}/><path d="M24 25c0-12 18-11 17 0-1 7-9 6-9 14M32 47h.1" {LINE}/>',
    "talk": f'<path d="M6 10h52v32H30L18 54V42H6z" {FILL}/><path d="M16 21h32M16 31h22" {LINE}/>',
    "plan": f'<rect x="12" y="6" width="40" height="52" rx="3" {FILL}/><path d="M20 20l3 3 5-6M20 34l3 3 5-6M34 21h10M34 35h10M20 48h24" {LINE}/>',
    "hospital": f'<rect x="10" y="14" width="44" height="44" {FILL}/><path d="M32 20v16M24 28h16M26 58V46h12v12" {LINE}/>',
    "smoke": f'<rect x="6" y="40" width="42" height="9" {FILL}/><path d="M38 40v9M50 32c6-6-6-8 0-16M56 49v-9" {LINE}/>'
    f'<path d="M10 12l44 44" {LINE}/>',
    "pill": f'<rect x="8" y="22" width="48" height="20" rx="10" {FILL}/><path d="M32 22v20" {LINE}/>',
    "heart": f'<path d="M32 54C4 34 10 12 22 12c6 0 9 4 10 8 1-4 4-8 10-8 12 0 18 22-10 42z" {FILL}/>',
    "letter": f'<rect x="6" y="14" width="52" height="36" {FILL}/><path d="M6 16l26 20 26-20" {LINE}/>',
}


def picture(name: str) -> Markup:
    """The drawing of one idea; the words beside it say the same, so it is not read out."""
    return Markup(f'<svg viewBox="0 0 64 64" aria-hidden="true" focusable="false">{PICTURES[name]}</svg>')
