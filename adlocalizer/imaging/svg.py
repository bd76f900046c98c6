"""SVG logos: what they may hold (nothing that runs, reaches outside or needs a machine's fonts), and their pixels."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from adlocalizer.imaging.ingest import Unreadable

if TYPE_CHECKING:
    import pyvips

    from adlocalizer.imaging.contrast import Pixels

MAX_BYTES = 1_000_000
"""A logo drawn as outlines has some kilobytes."""
_MOST_ELEMENTS, _MOST_DRAWN, _DEEPEST = 5_000, 10_000, 200
_SVG = "{http://www.w3.org/2000/svg}svg"
_REFUSED = {
    "script": "holds a script; export it without",
    "foreignObject": "holds a foreignObject, which is HTML; export it as plain outlines",
    "image": "holds a picture of pixels; give outlines, or the whole logo as PNG",
    "text": "holds letters that every machine would set in another font; convert text to outlines before exporting",
}
_DECLARED = re.compile(r"<!\s*(DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!\s*['\"]?#)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|\s)?|([^\n]))")
_BEYOND_UNICODE = 0x110000
_NUMBER = r"[+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*(px|pt|pc|mm|cm|in|q)?\s*", re.IGNORECASE)
_BOX = re.compile(rf"\s*(?:-?{_NUMBER}[\s,]+){{2}}({_NUMBER})[\s,]+({_NUMBER})\s*", re.IGNORECASE)
_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6}
"""Pixels of CSS (Values and Units 3) in each absolute unit."""
_NAMED = re.compile(r"url\(\s*['\"]?\s*#([^'\")]+?)\s*['\"]?\s*\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def check_svg(data: bytes) -> None:
    """Raise Unreadable, with what to do, unless the bytes are an SVG that draws the same everywhere."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"it has {len(data):,} bytes, more than the {MAX_BYTES:,} of an SVG; simplify its paths")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8; export the SVG as UTF-8") from error
    if declared := _DECLARED.search(text):
        raise Unreadable(f"it has {declared.group()!r}, which can name other files; export it as plain SVG")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - what entities could do is refused above
    except ElementTree.ParseError as error:
        raise Unreadable(f"it is no well-formed SVG ({error}); export it again") from error
    if root.tag != _SVG:
        raise Unreadable(f"its root is {root.tag!r}, not svg of http://www.w3.org/2000/svg; export it as plain SVG")
    elements = list(root.iter())
    if len(elements) > _MOST_ELEMENTS:
        raise Unreadable(f"it has {len(elements):,} elements, more than {_MOST_ELEMENTS:,}; simplify it")
    for element in elements:
        _check_element(element)
    if _size(root) is None:
        raise Unreadable("it has no viewBox of four numbers and no width and height; export it with a viewBox")
    if _drawn(root) > _MOST_DRAWN:
        found = f"its elements nest or refer to one another until more than {_MOST_DRAWN:,} are drawn"
        raise Unreadable(f"{found}; expand what it uses (symbols, masks, patterns) before exporting")


def svg_shape(data: bytes) -> float:
    """Width to height of a checked SVG, as its file has them: not of whole pixels."""
    wide, high = _size(ElementTree.fromstring(data)) or (1.0, 1.0)  # noqa: S314 - checked before
    return wide / high


def svg_pixels(data: bytes, width: int, height: int) -> Pixels:
    """A checked SVG drawn at a size in pixels, as RGBA levels.

    Never distorted: where the size has another shape, the drawing is as large as fits, in its middle.
    """
    import numpy as np  # lazily, as in `ingest`

    with _named_faults():
        return np.ascontiguousarray(_image(data, width, height).numpy())


def svg_opacity(data: bytes, width: int, height: int) -> tuple[float, float]:
    """The least and the most opaque level of a checked SVG drawn at a size in pixels."""
    with _named_faults():
        opacity: Any = _image(data, width, height)[3]
        return opacity.min(), opacity.max()


def _image(data: bytes, width: int, height: int) -> pyvips.Image:
    import pyvips  # lazily: a fifth of a second that brands without an SVG need not wait for

    root = ElementTree.fromstring(data)  # noqa: S314 - checked before
    wide, high = _size(root) or (width, height)
    if not _box(root):
        root.set("viewBox", f"0 0 {wide:g} {high:g}")
    root.attrib |= {"width": f"{width}px", "height": f"{height}px"}
    drawn = pyvips.Image.svgload_buffer(ElementTree.tostring(root)).colourspace("srgb")
    return (drawn if drawn.hasalpha() else drawn.bandjoin(255)).cast("uchar")


@contextmanager
def _named_faults() -> Iterator[None]:
    import pyvips

    try:
        yield
    except pyvips.Error as error:
        raise Unreadable(f"it cannot be drawn ({_said(error)}); export it again") from error


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:90]


def _check_element(element: ElementTree.Element) -> None:
    name = _local(element.tag)
    if name in _REFUSED:
        raise Unreadable(f"it {_REFUSED[name]}")
    for key, value in element.attrib.items():
        attribute = _local(key)
        if attribute.lower().startswith("on"):
            raise Unreadable(f"it holds a script ({attribute}); export it without")
        if attribute == "href" and not value.strip().startswith("#"):
            raise Unreadable(f"it names another file ({value[:60]!r}); put everything into the one SVG")
        if _leads_outside(value):
            raise Unreadable(f"it names another file ({attribute}={value[:60]!r}); put everything into the one SVG")
    if name == "style" and _leads_outside("".join(element.itertext())):
        raise Unreadable("its style sheet names another file; put everything into the one SVG")


def _leads_outside(style: str) -> bool:
    """Whether CSS names another file, as it is written or as it is read (CSS Syntax 3, section 4.3.7: escapes)."""

    def letter(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else ord(found[2])
        return chr(code) if 0 < code < _BEYOND_UNICODE else "\ufffd"

    return any(_OUTSIDE.search(one) for one in (style, _ESCAPE.sub(letter, style)))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _size(root: ElementTree.Element) -> tuple[float, float] | None:
    """Width and height in the same unit: the root's own lengths, else its viewBox's."""
    own = _length(root.get("width")), _length(root.get("height"))
    return own if min(own) > 0 else _box(root)


def _box(root: ElementTree.Element) -> tuple[float, float] | None:
    found = _BOX.fullmatch(root.get("viewBox") or "")
    wide, high = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    return (wide, high) if min(wide, high) > 0 and math.isfinite(wide + high) else None


def _length(text: str | None) -> float:
    found = _LENGTH.fullmatch(text or "")
    length = float(found[1]) * _PIXELS[(found[2] or "").lower()] if found else 0.0
    return length if math.isfinite(length) else 0.0


def _drawn(root: ElementTree.Element) -> int:
    """How many elements are drawn when whatever is referred to is drawn as often as that happens.

    Counts up to one more than the most there may be; what refers to itself, or nests too deep, is that many.
    """
    # A gradient is a colour: it is not drawn again for each shape that has it.
    shapes = (one for one in root.iter() if not _local(one.tag).endswith("Gradient"))
    named = {name: one for one in shapes if (name := one.get("id"))}
    rules, counted = list(_rules(root)), dict[ElementTree.Element, int]()

    def count(element: ElementTree.Element, depth: int) -> int:
        if element not in counted:
            counted[element] = _MOST_DRAWN + 1  # what it is while it is being counted: a circle
            if depth < _DEEPEST:
                used = (named[name] for name in _references(element, rules) if name in named)
                drawn = 1 + sum(count(one, depth + 1) for one in chain(element, used))
                counted[element] = min(drawn, _MOST_DRAWN + 1)
        return counted[element]

    return count(root, 0)


def _rules(root: ElementTree.Element) -> Iterator[tuple[frozenset[str], tuple[str, ...]]]:
    """Of every rule of its style sheets that refers to elements: the words of its selector, and their ids."""
    for sheet in root.iter():
        for selector, body in _RULE.findall(sheet.text or "") if _local(sheet.tag) == "style" else ():
            if names := _NAMED.findall(body):
                yield frozenset(re.findall(r"[\w-]+|\*", selector)), tuple(names)


def _references(element: ElementTree.Element, rules: Iterable[tuple[frozenset[str], tuple[str, ...]]]) -> Iterator[str]:
    """Ids an element draws beside its own children: of its attributes, and of the rules that may hold for it."""
    for key, value in element.attrib.items():
        yield from [value.strip().removeprefix("#")] if _local(key) == "href" else _NAMED.findall(value)
    words = {"*", _local(element.tag), element.get("id", ""), *element.get("class", "").split()}
    for selector, names in rules:
        if words & selector:
            yield from names
