"""A composition in words, for prompts: where things stand in the frame and how much of it they fill."""

from __future__ import annotations

from typing import NamedTuple

from adlocalizer.domain import Box, Composition

_FRACTIONS = (
    *((0.05, "a twentieth"), (0.1, "a tenth"), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third")),
    *((0.4, "two fifths"), (0.5, "half"), (0.6, "three fifths"), (2 / 3, "two thirds"), (0.75, "three quarters")),
    *((0.8, "four fifths"), (0.9, "nine tenths"), (1.0, "all")),
)


class Places(NamedTuple):
    """A composition in words."""

    ratio_class: str
    """The class's id, by which a template chooses words of its own."""
    product_place: str
    product_side: str
    """Of the picture: `left`, `right`, or `centre` for a product in the middle."""
    open_side: str
    """The other side, to which the view opens: `left` or `right`."""
    product_size: str
    quiet_area: str
    horizon: str


def describe_composition(composition: Composition) -> Places:
    """Where product, quiet area and horizon are, in words: the left is the picture's left, whatever the reading."""
    product, quiet = composition.product, composition.quiet
    across = f"between {_percent(product.x)} and {_percent(product.right)} of the width counted from the left"
    side = _third(product.x + product.w / 2, ("left", "centre", "right"))
    return Places(
        ratio_class=composition.ratio_class,
        product_side=side,
        open_side="right" if side == "left" else "left",
        product_place=f"{_zone(product)} of the picture, {across}, its bottom edge on the ground at "
        f"{_percent(product.bottom)} of the height counted from the top",
        product_size=f"at most {_share(product.h)} of the picture's height and {_share(product.w)} of its width",
        quiet_area=_area(quiet),
        horizon=f"{_percent(composition.horizon)} of the height counted from the top",
    )


def _zone(box: Box) -> str:
    across = _third(box.x + box.w / 2, ("left", "centre", "right"))
    down = _third(box.y + box.h / 2, ("upper", "", "lower"))
    return f"in the {down} {across}".replace("  ", " ")


def _third(middle: float, names: tuple[str, str, str]) -> str:
    return names[0] if middle < 0.45 else names[1] if middle <= 0.55 else names[2]


def _area(box: Box) -> str:
    wide, high = box.w >= 0.95, box.h >= 0.95
    across = "" if wide else _third(box.x + box.w / 2, ("left", "central", "right"))
    down = "" if high else _third(box.y + box.h / 2, ("upper", "middle", "lower"))
    where = f"the {down} {across} part".replace("  ", " ") if across or down else "the whole"
    span = f"{'the full width' if wide else f'{_share(box.w)} of the width'} and "
    span += "the full height" if high else f"{_share(box.h)} of the height"
    start = f", beginning {_percent(box.y)} of the height below the top edge" if box.y > 0.05 and not high else ""
    return f"{where} of the picture, over {span}{start}"


def _share(part: float) -> str:
    return "about " + min(_FRACTIONS, key=lambda each: abs(each[0] - part))[1]


def _percent(part: float) -> str:
    return f"{round(part * 100)} %"
