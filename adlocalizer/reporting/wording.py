"""How figures, ids and dates are written for people."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date

from babel import Locale
from babel.dates import format_date

from adlocalizer.domain import Box

_ENGLISH = Locale("en")
_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_TURNING = re.compile(f"[{_TURNS}]")
_UNWANTED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNS}]")
_WEB = re.compile(r"https?://[^\s\"'<>()]+")
_SMALL = 20  # largest number of a ratio people still recognise
_NEAR = 0.015


def plain(text: str) -> str:
    """The text without control characters and without any that turn the direction of what follows."""
    return _UNWANTED.sub("", text)


def spelt_out(html: str) -> str:
    """The same HTML as `plain` leaves it be: what turns the direction of text stands as a reference."""
    return plain(_TURNING.sub(lambda found: f"&#{ord(found[0])};", html))


def cited(text: str) -> tuple[str, str]:
    """A finding's text without the address of its source, and that address; empty where it names none."""
    found = _WEB.search(text)
    if found is None:
        return text.rstrip("; "), ""
    said = text.replace(found.group(), "").replace(", )", ")").replace(" ()", "").replace("()", "")
    return said.rstrip(" ,;"), found.group().rstrip(".,;")


def shortened(text: str, most: int) -> str:
    """At most that many characters, the last of them `…` where the text is longer."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def money(micros: int) -> str:
    """Micros of a US dollar as dollars: `$0`, `$0.0049`, `$0.47`, `$12.35`."""
    if not micros:
        return "$0"
    return f"${micros / 1e6:,.2f}" if micros >= 100_000 else f"${micros / 1e6:.4f}"


def figure(value: float | int | str | None) -> str:
    """A measured value or threshold as people write it; empty when there is none."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else value


def outlines(boxes: Iterable[Box]) -> str:
    """Rectangles as the data of one SVG path, in thousandths of the frame."""
    parts = ((round(1000 * box.x), round(1000 * box.y), round(1000 * box.w), round(1000 * box.h)) for box in boxes)
    return "".join(f"M{x} {y}h{wide}v{high}h{-wide}z" for x, y, wide, high in parts)


def percent(share: float) -> str:
    """A share from 0 to 1: `0 %`, `0.4 %`, `98 %`, `99.8 %`; 100 % only where it is whole."""
    digits = 1 if 0 < share < 0.01 or 0.99 < share < 1 else 0
    return f"{min(share, 0.999) if share < 1 else 1:.{digits}%}".replace("%", " %")


def weight(size: int) -> str:
    """A file's size: `940 B`, `182 kB`, `1.4 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1e6:,.1f} MB"


def words(name: str) -> str:
    """An id as words: `letter_height` is `letter height`."""
    return name.replace("_", " ")


def ratio_words(width: int, height: int) -> str:
    """`9:16` when small numbers say it exactly, `8:1` when a strip comes near enough, else `1.91:1` or `1:2.22`."""
    shared = math.gcd(width, height)
    wide, high = width // shared, height // shared
    if max(wide, high) <= _SMALL:
        return f"{wide}:{high}"
    times = max(wide, high) / min(wide, high)
    said = f"{times:.2f}" if abs(round(times) / times - 1) > _NEAR else f"{round(times)}"
    return f"{said}:1" if wide > high else f"1:{said}"


def day(when: date) -> str:
    """`Monday 1 March 2027`."""
    return str(format_date(when, "EEEE d MMMM y", locale=_ENGLISH))


def country(market: str) -> str:
    """A market's English name, or its code when it has none."""
    return str(_ENGLISH.territories.get(market, market))
