"""SVG logos: what they may hold (nothing that runs, reaches outside or needs a machine's fonts), and their pixels."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np

from adlocalizer.imaging.contrast import Pixels
from adlocalizer.imaging.ingest import Unreadable

MAX_BYTES = 1_000_000
"""A logo drawn as outlines has some kilobytes."""
_MOST_ELEMENTS = 5_000
_SVG = "{http://www.w3.org/2000/svg}svg"
_REFUSED = {
    "script": "holds a script; export it without",
    "foreignObject": "holds a foreignObject, which is HTML; export it as plain outlines",
    "image": "holds a picture of pixels; give outlines, or the whole logo as PNG",
    "text": "holds letters that every machine would set in another font; convert text to outlines before exporting",
}
_DECLARED = re.compile(r"<!\s*(DOCTYPE|ENTITY)|<\?xml-stylesheet", re.IGNORECASE)
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!\s*['\"]?#)", re.IGNORECASE)
_LENGTH = re.compile(r"\s*([0-9.]+(?:e[+-]?[0-9]+)?)\s*(?:px|pt|mm|cm|in|pc|q)?\s*", re.IGNORECASE)


def check_svg(data: bytes) -> None:
    """Raise Unreadable, with what to do, unless the bytes are an SVG that draws the same everywhere."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"it has {len(data):,} bytes, more than the {MAX_BYTES:,} of an SVG; simplify its paths")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8; export the SVG as UTF-8") from error
    if found := _DECLARED.search(text):
        raise Unreadable(f"it has {found.group()!r}, which can name other files; export it as plain SVG")
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
    if not (_box(root) or (_length(root.get("width")) and _length(root.get("height")))):
        raise Unreadable("it has no viewBox of four numbers and no width and height; export it with a viewBox")


def svg_shape(data: bytes) -> float:
    """Width to height of a checked SVG."""
    import pyvips  # lazily: a fifth of a second that brands without an SVG need not wait for

    try:
        picture = pyvips.Image.svgload_buffer(data)
    except pyvips.Error as error:
        raise Unreadable(f"it cannot be drawn ({_said(error)}); export it again") from error
    return float(picture.width / picture.height)


def svg_pixels(data: bytes, width: int, height: int) -> Pixels:
    """A checked SVG drawn at a size in pixels, as RGBA levels."""
    import pyvips

    try:
        drawn = pyvips.Image.thumbnail_buffer(data, width, height=height, size="force").colourspace("srgb")
        return np.ascontiguousarray((drawn if drawn.hasalpha() else drawn.bandjoin(255)).cast("uchar").numpy())
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
        if _OUTSIDE.search(value):
            raise Unreadable(f"it names another file ({attribute}={value[:60]!r}); put everything into the one SVG")
    if name == "style" and _OUTSIDE.search(element.text or ""):
        raise Unreadable("its style sheet names another file; put everything into the one SVG")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _box(root: ElementTree.Element) -> bool:
    parts = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    try:
        return len(parts) == 4 and min(float(parts[2]), float(parts[3])) > 0
    except ValueError:
        return False


def _length(text: str | None) -> float:
    found = _LENGTH.fullmatch(text or "")
    return float(found[1]) if found else 0.0
