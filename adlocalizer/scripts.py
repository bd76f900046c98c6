"""Which script a locale is written in."""

from __future__ import annotations

import functools

UNKNOWN = "Zyyy"
"""ISO 15924: a script nobody can name."""


@functools.cache
def script_of(locale: str) -> str:
    """The ISO 15924 code of the script a BCP-47 locale is written in, by CLDR's likely subtags."""
    from babel.core import get_global

    parts = locale.split("-")
    if len(parts) > 1 and len(parts[1]) == 4:
        return parts[1]
    likely = get_global("likely_subtags")
    found = likely.get("_".join(parts)) or likely.get(parts[0]) or f"und_{UNKNOWN}_ZZ"
    return str(found).split("_")[1]
