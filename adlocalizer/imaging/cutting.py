"""A product shot to a cut-out: its own transparency if it has any, else a plain background is keyed away."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from adlocalizer.imaging.flooding import flooded, largest_parts
from adlocalizer.imaging.lab import to_lab

Mask = NDArray[np.bool_]
Lab = NDArray[np.float32]

_WORK_SIDE = 2048  # larger shots are reduced: no master draws a product taller
_BORDER = 0.03  # of the short side: the frame whose colour is the background's
_PLAIN = 5.0  # Lab distance that nine tenths of the frame must stay within
_LEAST, _MOST = 0.02, 0.92  # share of the shot a product may fill
_CLEAR_EDGE = 9.0  # Lab distance between edge and background under which a cut is a guess
_SHADOW_COLOUR = (14, 14, 17)
_SHADOW_HUE, _SHADOW_DEPTH, _SHADOW_SLOPE = 10.0, 0.75, 0.03  # levels astray; share of the way; its change a pixel
_INLET = 0.11  # of the product's short side: narrower inlets are taken for glare
_BITTEN = 0.004  # of the product's area
_SPREAD = 3  # pixels that inner colours are carried outwards
_SHADOW_BAND = 0.82  # of the product's height: contact shadows lie below
_GIVE = "give a PNG with transparency"


class CutOut(NamedTuple):
    """A product without its background, trimmed to its edges."""

    rgba: Image.Image
    confident: bool
    """False: the background was not plain enough; `note` says why and a transparent PNG should be given."""
    note: str


def cut_out(picture: Image.Image) -> CutOut:
    """The product of an upright sRGB shot (`RGB` or `RGBA`), trimmed."""
    if max(picture.size) > _WORK_SIDE:
        picture = picture.copy()
        picture.thumbnail((_WORK_SIDE, _WORK_SIDE), Image.Resampling.LANCZOS)
    if picture.mode == "RGBA":
        own = _own_alpha(picture)
        if own is not None:
            return own
    return _keyed(picture.convert("RGB"))


def _own_alpha(picture: Image.Image) -> CutOut | None:
    alpha = np.asarray(picture.getchannel("A"))
    share = float((alpha > 127).mean())
    if (alpha < 128).mean() < 0.01:
        return None
    if share < 0.001:
        return CutOut(picture, False, "the shot is transparent all over; give one that shows the product")
    return CutOut(_trimmed(picture), True, "cut by its own transparency")


def _keyed(picture: Image.Image) -> CutOut:
    lab = to_lab(np.asarray(picture))
    ground, spread = _background(lab)
    whole = picture.convert("RGBA")
    if spread > _PLAIN:
        why = f"the background is not plain (its frame varies by {spread:.0f} Lab units, {_PLAIN:.0f} are accepted)"
        return CutOut(whole, False, f"{why}; {_GIVE}")
    distance = np.sqrt(((lab - ground) ** 2).sum(axis=2))
    limit = max(5.0, 2.5 * spread)
    outside = flooded(distance < limit)
    product = largest_parts(~_with_shadow(outside, picture))
    product, bites = _without_bites(product)
    share = float(product.mean())
    if not _LEAST <= share <= _MOST:
        return CutOut(whole, False, f"the product found fills {share:.0%} of the shot; {_GIVE}")
    cut = _trimmed(_feathered(picture, product, ground))
    edge = _edge_distance(distance, product)
    if edge < _CLEAR_EDGE:
        return CutOut(cut, False, f"its edge is hard to tell from the background ({edge:.0f} Lab units); {_GIVE}")
    if bites > _BITTEN:
        return CutOut(cut, False, f"parts of the product have the background's colour and were guessed; {_GIVE}")
    return CutOut(cut, True, "cut from a plain background")


def _background(lab: Lab) -> tuple[Lab, float]:
    """The background's colour everywhere, as planes through the frame, and how far the frame strays (Lab, p90)."""
    high, wide = lab.shape[:2]
    band = max(2, round(_BORDER * min(high, wide)))
    frame = np.ones((high, wide), bool)
    frame[band:-band, band:-band] = False
    rows, columns = np.nonzero(frame)
    spots = np.column_stack((np.ones(rows.size), columns / wide, rows / high)).astype(np.float32)
    colours = lab[frame]
    near = np.abs(colours - np.median(colours, axis=0)).sum(axis=1) < 40
    for _ in range(3):
        if near.sum() < 12:
            return np.broadcast_to(np.median(colours, axis=0), lab.shape), 99.0
        planes = np.linalg.lstsq(spots[near], colours[near], rcond=None)[0]
        strays = np.sqrt(((colours - spots @ planes) ** 2).sum(axis=1))
        near = strays < max(4.0, float(np.percentile(strays, 85)))
    across, down = np.meshgrid(np.arange(wide) / wide, np.arange(high) / high)
    every = np.stack((np.ones_like(across), across, down), axis=2).astype(np.float32)
    return every @ planes, float(np.percentile(strays, 90))


def _with_shadow(outside: Mask, picture: Image.Image) -> Mask:
    """The outside, and the soft darker patch of the same hue that a product throws where it stands."""
    rows = np.flatnonzero((~outside).any(axis=1))
    if not rows.size:
        return outside
    low = int(rows[0] + _SHADOW_BAND * (rows[-1] - rows[0]))
    colours = np.asarray(picture).astype(np.float32)
    light = np.median(colours[outside], axis=0)
    towards = np.array(_SHADOW_COLOUR, np.float32) - light  # a shadow lies on the way from the background to dark grey
    depth = (colours - light) @ towards / max(float(towards @ towards), 1.0)
    astray = np.abs(colours - light - depth[..., None] * towards).max(axis=2)
    slope = np.hypot(*np.gradient(depth))
    soft = (depth > 0) & (depth < _SHADOW_DEPTH) & (astray < _SHADOW_HUE) & (slope < _SHADOW_SLOPE)
    soft[:low] = False
    return flooded(outside | soft)


def _without_bites(product: Mask) -> tuple[Mask, float]:
    """The product with narrow inlets closed, and the share of it that this added: glare looks like background."""
    high, wide = product.shape
    rows, columns = np.flatnonzero(product.any(axis=1)), np.flatnonzero(product.any(axis=0))
    if not rows.size:
        return product, 0.0
    across = _INLET * min(np.ptp(rows), np.ptp(columns))
    scale = min(1.0, 9 / max(across, 1.0))  # at full size a filter this wide would take seconds
    small = Image.fromarray((product * 255).astype(np.uint8)).resize((round(wide * scale), round(high * scale)))
    closed = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.MinFilter(9))
    inner = np.asarray(closed.filter(ImageFilter.MinFilter(3)).resize((wide, high), Image.Resampling.BILINEAR)) > 127
    filled = product | inner
    return filled, float((filled & ~product).sum() / product.sum())


def _feathered(picture: Image.Image, product: Mask, ground: Lab) -> Image.Image:
    """The picture with a soft edge whose pixels have lost the background's share of their colour."""
    solid = Image.fromarray((product * 255).astype(np.uint8))
    alpha = solid.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(0.8))
    # Colours of the rim are taken from inside: spread the inner colours outwards over the mixed ones.
    inner = (np.asarray(solid.filter(ImageFilter.MinFilter(5))) / 255).astype(np.float32)
    colours = np.asarray(picture).astype(np.float32)
    weight = _blurred(inner)
    spread = np.stack([_blurred(colours[..., channel] * inner) for channel in range(3)], axis=2)
    rim = (inner < 0.5) & (weight > 0.02)
    colours[rim] = spread[rim] / weight[rim][:, None]
    cut = Image.fromarray(colours.clip(0, 255).astype(np.uint8)).convert("RGBA")
    cut.putalpha(alpha)
    return cut


def _blurred(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    for axis in (0, 1):
        ends = [(_SPREAD + 1, _SPREAD) if side == axis else (0, 0) for side in (0, 1)]
        sums = np.cumsum(np.pad(plane, ends, mode="edge"), axis=axis, dtype=np.float64)
        far, near = (np.take(sums, np.arange(start, start + plane.shape[axis]), axis) for start in (2 * _SPREAD + 1, 0))
        plane = ((far - near) / (2 * _SPREAD + 1)).astype(np.float32)
    return plane


def _edge_distance(distance: NDArray[np.float32], product: Mask) -> float:
    solid = Image.fromarray((product * 255).astype(np.uint8))
    inside = np.asarray(solid.filter(ImageFilter.MinFilter(5))) > 0
    deeper = np.asarray(solid.filter(ImageFilter.MinFilter(9))) > 0
    ring = inside & ~deeper
    return float(np.percentile(distance[ring], 20)) if ring.any() else 0.0


def _trimmed(picture: Image.Image) -> Image.Image:
    return picture.crop(picture.getchannel("A").point(lambda level: 255 * (level > 8)).getbbox())
