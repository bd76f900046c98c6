"""Whether the scene shows lettering that nobody asked for: garbled signs, slogans, other brands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from PIL import Image, ImageDraw

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict, check_of
from adlocalizer.domain import Box
from adlocalizer.imaging.networks import NoReader
from adlocalizer.imaging.reading import SCRIPTS, Words, plain
from adlocalizer.imaging.text_finding import Line, is_lettering

_MOST = 6  # lines looked at, the highest first: reading one costs 15 to 60 ms, and one is enough to ask again
_AROUND = 0.08  # of the product's sides: its label reaches into this, and a line there is not the scene's,
_NEAR = 0.02  # or into this where the product was found: signs stand close to it
_SHARED = 0.3  # of a line's box must lie there: the finder joins what stands beside the label to it
_NO_STROKE = 1.6  # times its height a line must be long: rings, crowns and single windows are shorter
_FAINT, _FEW_PIXELS = 0.68, 20.0  # of what cannot be read: below this sureness of the finder, or height in pixels,
_SKYLINE = 15.0  # or longer than so many times its height, it is windows, arches and roofs as often as letters
_UNREAD = 1.5  # times the limit that what cannot be read must reach: ornament of previews on other days reached 1.2
_ALIKE = 0.8  # of a word's letters, against a name: the reader errs by one in five in small or accented letters
_ASCII_SURE = 0.95
_PLACE = ("city", "local_name", "landmark", "landmark_local_name", "country_name")
_GOOD = "No lettering stands in the scene."


class _Seen(NamedTuple):
    """A line in the scene: how high its letters are as a share of the frame's side, and what is said of it."""

    line: Line
    share: float
    text: str


@check_of("master", rank=2)
def foreign_text(master: SeenMaster, standard: Standard) -> Verdict:
    """Letters off the product: the height of the highest, as a share of the side of a square as large as the frame."""
    try:
        found = list(_in_scene(master, standard))
    except NoReader as error:
        raise Undecidable(f"Text in the picture cannot be looked for: {error}.") from error
    worst = max(found, key=lambda seen: seen.share, default=None)
    if worst is None:
        return standard.judge(0.0, Said(_GOOD, _GOOD))
    return standard.judge(worst.share, Said(_GOOD, worst.text), outlined(master.whole.picture, worst.line))


def off_product(master: SeenMaster) -> list[Line]:
    """The lines that do not stand on the product, the highest first."""
    found, size = master.found_box, master.whole.size
    product = _grown(found, _NEAR) if found else _grown(master.product_box, _AROUND)
    lines = (line for line in master.lines if not _stands_in(line.box(*size), product))
    return sorted(lines, key=lambda line: -line.letters)


def is_allowed(words: Words, master: SeenMaster) -> bool:
    """Whether it is the model's own declaration, or nothing but names of the place, as a landmark may bear them."""
    model = master.subject.model
    if model is not None and model.disclosure and _bears(plain(words.text), plain(model.disclosure)):
        return True
    names = [plain(name) for key in _PLACE for name in str(master.fact(key) or "").split()]
    said = [word for word in map(plain, words.text.split()) if len(word) > 1]
    return bool(said) and all(any(_is_alike(word, name) for name in names) for word in said)


def outlined(picture: Image.Image, line: Line) -> Image.Image:
    """The line with as much again around it, outlined."""
    corners = [(float(x), float(y)) for x, y in line.corners]
    margin = max(1.5 * line.high, 0.3 * line.wide)
    left, top = (max(0, int(min(corner[axis] for corner in corners) - margin)) for axis in (0, 1))
    right, bottom = (
        min(edge, int(max(corner[axis] for corner in corners) + margin)) for axis, edge in enumerate(picture.size)
    )
    part = picture.crop((left, top, max(left + 1, right), max(top + 1, bottom)))
    moved: Sequence[tuple[float, float]] = [(x - left, y - top) for x, y in (*corners, corners[0])]
    ImageDraw.Draw(part).line(moved, fill=(230, 30, 60), width=max(2, round(max(part.size) / 160)))
    return part


def _in_scene(master: SeenMaster, standard: Standard) -> Iterable[_Seen]:
    whole = master.whole
    side = (whole.size[0] * whole.size[1]) ** 0.5
    large = [line for line in off_product(master) if line.letters > standard.limit * side and _is_long(line)]
    for line in large[:_MOST]:
        words, share = master.says(line), line.letters / side
        if words.are_words and _is_legible(words, master):
            if not is_allowed(words, master):
                doubtful = words.are_ideographs and _is_local(master)
                yield _Seen(line, min(share, standard.end_of_doubt) if doubtful else share, _said(words))
        elif share > _UNREAD * standard.limit and _may_be_lettering(line) and is_lettering(whole.pixels, line):
            text = "Something like lettering stands in the scene that cannot be read: garbled, or in another script."
            yield _Seen(line, min(share, standard.end_of_doubt), text)


def _said(words: Words) -> str:
    return f"Lettering stands in the scene: “{words.text[:60]}”."


def _is_long(line: Line) -> bool:
    return max(line.wide, line.high) >= _NO_STROKE * min(line.wide, line.high)


def _may_be_lettering(line: Line) -> bool:
    return line.sure >= _FAINT and line.letters >= _FEW_PIXELS and line.wide <= _SKYLINE * line.high


def _is_legible(words: Words, master: SeenMaster) -> bool:
    """Whether what was read says what stands there: not where the city's script is none the reader knows."""
    if all(script in SCRIPTS for script in _scripts(master)):
        return True
    return words.text.isascii() and words.sure >= _ASCII_SURE


def _is_local(master: SeenMaster) -> bool:
    """Whether the city writes in Chinese or Japanese: its signs may say something, which the reader cannot tell."""
    return bool({"Hans", "Hant", "Jpan"} & _scripts(master))


def _bears(said: str, declared: str) -> bool:
    ends = range(max(1, len(said) - len(declared) + 1))
    return any(_is_alike(said[start : start + len(declared)], declared) for start in ends)


def _is_alike(one: str, other: str) -> bool:
    return bool(one and other) and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _scripts(master: SeenMaster) -> set[str]:
    """ISO 15924 codes of what the city's streets are lettered in; nothing where no fact says so."""
    return set(str(master.fact("street_script") or "").split())


def _grown(box: Box, share: float) -> Box:
    more_x, more_y = share * box.w, share * box.h
    return Box(x=box.x - more_x, y=box.y - more_y, w=box.w + 2 * more_x, h=box.h + 2 * more_y)


def _stands_in(line: Box, product: Box) -> bool:
    return line.overlap(product) > _SHARED * line.w * line.h
