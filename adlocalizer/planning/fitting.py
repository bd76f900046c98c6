"""Which native ratio and size a format's picture is asked in, and what the crop loses.

Loss is 1 - min(t / r, r / t) for target ratio t and native ratio r: the share of the master a crop throws away.
"""

from __future__ import annotations

from collections.abc import Iterable

from adlocalizer.domain import AdFormat, Fit, Model, Ratio, Size, ratio_value

MOST_LOSS = 0.15
"""Above this a crop would cut what the picture shows: the format is composed instead."""
_SIZES: tuple[Size, ...] = ("512", "1K", "2K", "4K")


def crop_loss(target: float, native: float) -> float:
    """Share of a master of one ratio that a crop to another throws away, 0..1."""
    return 1 - min(target / native, native / target)


def fit_format(ad_format: AdFormat, model: Model, max_enlarge: float = 0.0) -> Fit:
    """The native ratio that loses least, and the smallest size that needs no more than `max_enlarge`.

    Over 15 % loss the format is composed: a picture panel of the native ratio beside (or over) a brand panel.
    """
    ratio = _nearest(model.pixels, ad_format.ratio)
    loss = crop_loss(ad_format.ratio, ratio_value(ratio))
    composed = loss > MOST_LOSS
    if composed:
        inside = [name for name in model.pixels if _leaves_a_panel(ad_format, name)]
        ratio = _nearest(inside or model.pixels, ad_format.ratio)
    wide, high = _panel(ad_format, ratio) if composed else (ad_format.width, ad_format.height)
    return Fit(
        format_id=ad_format.id,
        model=model.id,
        ratio=ratio,
        size=_size(model, ratio, (wide, high), max_enlarge),
        loss=0.0 if composed else round(loss, 4),
        composed=composed,
        panel=round(1 - wide * high / (ad_format.width * ad_format.height), 4) if composed else 0.0,
        picture_width=wide,
        picture_height=high,
    )


def fit_formats(formats: Iterable[tuple[AdFormat, Model]], max_enlarge: float = 0.0) -> tuple[Fit, ...]:
    """The fits of formats made together, each by its model.

    Those of one model and ratio share one master, in the size the largest needs.
    """
    fits = [fit_format(ad_format, model, max_enlarge) for ad_format, model in formats]
    largest: dict[tuple[str, Ratio], Size] = {}
    for fit in fits:
        at = fit.model, fit.ratio
        largest[at] = max(fit.size, largest.get(at, fit.size), key=_SIZES.index)
    return tuple(fit.model_copy(update={"size": largest[fit.model, fit.ratio]}) for fit in fits)


def size_of(model: Model, fit: Fit) -> Size | None:
    """The fit's size, or the next larger one that another model draws in its ratio; None when it draws none."""
    drawn = sorted(model.pixels.get(fit.ratio, {}), key=_SIZES.index)
    return next((size for size in drawn if _SIZES.index(size) >= _SIZES.index(fit.size)), None)


def enlargement(fit: Fit, model: Model) -> float:
    """How much the picture is enlarged after the crop, 0.05 = 5 %; 0 when it is not."""
    return max(0.0, _factor(model.pixels[fit.ratio][fit.size], (fit.picture_width, fit.picture_height)) - 1)


def _nearest(ratios: Iterable[Ratio], target: float) -> Ratio:
    # Of equals the one whose name sorts first, so that the choice does not hang on the order of a file.
    return min(sorted(ratios), key=lambda name: crop_loss(target, ratio_value(name)))


def _leaves_a_panel(ad_format: AdFormat, ratio: Ratio) -> bool:
    """Whether a picture of this ratio, whole on the format's short side, leaves room for a panel on the long one."""
    native = ratio_value(ratio)
    return native < ad_format.ratio if ad_format.width >= ad_format.height else native > ad_format.ratio


def _panel(ad_format: AdFormat, ratio: Ratio) -> tuple[int, int]:
    """Pixels of the picture panel: the format's short side whole, the long one as the native ratio says."""
    wide, high, native = ad_format.width, ad_format.height, ratio_value(ratio)
    if wide >= high:
        return min(wide - 1, round(high * native)), high
    return wide, min(high - 1, round(wide / native))


def _size(model: Model, ratio: Ratio, picture: tuple[int, int], max_enlarge: float) -> Size:
    sizes = sorted(model.pixels[ratio], key=_SIZES.index)
    enough = (size for size in sizes if _factor(model.pixels[ratio][size], picture) <= 1 + max_enlarge)
    return next(enough, sizes[-1])


def _factor(master: tuple[int, int], picture: tuple[int, int]) -> float:
    """How much the largest crop of the picture's shape is scaled to become the picture."""
    return max(picture[0] / master[0], picture[1] / master[1])
