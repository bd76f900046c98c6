"""One way of making ad formats from a master, in a process of its own: prints its figures as one line of JSON."""

from __future__ import annotations

import argparse
import functools
import io
import itertools
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measuring import read_costs
from rendition_orders import COPY, FORMATS, ROOT, make_orders, read_sizes, with_news

if TYPE_CHECKING:
    from adlocalizer.imaging.masters import Master
    from adlocalizer.imaging.rendering import Rendered, RenderOrder

_SHOWN = list(FORMATS)


def main() -> None:
    """Run the variant asked for and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variant", choices=sorted(VARIANTS))
    parser.add_argument("master", type=Path)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS)
    given = parser.parse_args()
    _SHOWN[:] = given.formats
    if given.variant in OURS:
        from adlocalizer.pool import keep_memory

        keep_memory()
    json.dump(VARIANTS[given.variant](given.master.read_bytes(), given.passes), sys.stdout)


def _timed(work: Callable[[], Any], passes: int) -> dict[str, Any]:
    """The least CPU milliseconds of some passes after an untimed one, and the process's peak memory."""
    work()
    spent = []
    for _ in range(passes):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return {"cpu_ms": 1000 * min(spent), "peak_mb": read_costs().own_mb}


def _pillow(master: bytes, passes: int) -> dict[str, Any]:
    """As a competent engineer writes it without text: one decode, one resize from the master, optimised JPEG."""
    from PIL import Image

    sizes = read_sizes(_SHOWN)

    def work() -> None:
        with Image.open(io.BytesIO(master)) as picture:
            picture.load()
            for wide, high in sizes:
                small = picture.resize((wide, high), Image.Resampling.LANCZOS, _window(picture.size, wide, high), 2.0)
                small.save(io.BytesIO(), "JPEG", quality=85, optimize=True)

    return _timed(work, passes)


def _libvips(master: bytes, passes: int, *, optimised: bool = True) -> dict[str, Any]:
    """The same with libvips: crop to whole pixels, resize, JPEG optimised like Pillow's, or plain."""
    import pyvips

    pyvips.cache_set_max(0)
    sizes = read_sizes(_SHOWN)

    def work() -> None:
        picture = pyvips.Image.new_from_buffer(master, "", access="sequential").copy_memory()
        for wide, high in sizes:
            left, top, right, bottom = map(round, _window((picture.width, picture.height), wide, high))
            part = picture.crop(left, top, right - left, bottom - top)
            small = part.resize(wide / part.width, vscale=high / part.height, kernel="lanczos3")
            small.jpegsave_buffer(Q=85, optimize_coding=optimised)

    return _timed(work, passes)


def _floor(master: bytes, passes: int) -> dict[str, Any]:
    """What ours costs before anything is set: the same files decoded, cut and encoded, nothing drawn on them."""
    from adlocalizer.imaging.encoding import encode, opaque
    from adlocalizer.imaging.geometry import crop_window
    from adlocalizer.imaging.layouts import safe_area
    from adlocalizer.imaging.masters import open_master
    from adlocalizer.imaging.scaling import cut, largest_first

    orders, sizes = make_orders("de-DE", _SHOWN), read_sizes(_SHOWN)

    def work() -> None:
        opened = open_master(master, sizes)
        for at in largest_first(opened.size, sizes):
            order, size = orders[at], sizes[at]
            safe = safe_area(order.ad_format, order.direction)
            shown = cut(opened, crop_window(opened.size, size, order.product_box, safe), size)
            encode(opaque(shown.pixels), order.ad_format.file_types, order.max_bytes, order.xmp)

    return _timed(work, passes)


def _ours(master: bytes, passes: int) -> dict[str, Any]:
    """The pipeline's own, with copy, prices, legal line and disclosure."""
    from adlocalizer.imaging.rendering import render_all

    orders, number = make_orders("de-DE", _SHOWN), itertools.count()
    figures = _timed(lambda: render_all(master, with_news(orders, next(number))), passes)
    files = render_all(master, orders)
    return figures | {"broken": _broken(orders, files), "full_colour": sum(map(_is_full_colour, files))}


def _ours_checked(master: bytes, passes: int) -> dict[str, Any]:
    """The same, and every file decoded again and checked."""
    import yaml

    from adlocalizer.checks import FileSubject, check_file
    from adlocalizer.domain import CheckBook
    from adlocalizer.imaging.rendering import render_all

    orders, number = make_orders("de-DE", _SHOWN), itertools.count()
    shot = (ROOT / "data/products/solara-can.png").read_bytes()
    book = CheckBook.model_validate(yaml.safe_load((ROOT / "configs/checks.yml").read_text(encoding="utf-8")))

    def work() -> None:
        new = with_news(orders, next(number))
        for order, file in zip(new, render_all(master, new), strict=True):
            check_file(FileSubject(order.rendition_id, file, order, shot), book)

    return _timed(work, passes)


def _typesetting(master: bytes, passes: int) -> dict[str, Any]:
    """CPU milliseconds a text block by locale: composing with copy less composing without, encoding apart."""
    from adlocalizer.imaging.masters import open_master
    from adlocalizer.imaging.rendering import compose

    opened, figures = open_master(master), {}
    for locale in COPY:
        orders = make_orders(locale, _SHOWN)
        bare = [order.model_copy(update={"words_where": (), "disclosure": None}) for order in orders]
        blocks = sum(len(compose(opened, order).blocks) for order in orders)
        with_copy, without = (
            _timed(functools.partial(_composed, opened, asked), passes)["cpu_ms"] for asked in (orders, bare)
        )
        figures[locale] = (with_copy - without) / max(1, blocks)
    return {"block_ms": figures}


def _composed(opened: Master, orders: list[RenderOrder]) -> None:
    from adlocalizer.imaging.rendering import compose

    for order in orders:
        compose(opened, order)


def _limited(master: bytes, _: int) -> dict[str, Any]:
    """Encodes a file takes where a byte limit presses it, for limits from nearly all of its bytes to a fifth.

    No limit is lower than what the least quality keeps.
    """
    from adlocalizer.imaging.encoding import encode, opaque
    from adlocalizer.imaging.masters import open_master
    from adlocalizer.imaging.rendering import compose

    opened, counts, missed = open_master(master), dict[str, list[int]](), 0
    for order in make_orders("de-DE", _SHOWN):
        picture = opaque(compose(opened, order).rows)
        for kind in ("jpg", "webp", "avif"):
            whole = len(encode(picture, (kind,), 1 << 30).data)
            least = len(encode(picture, (kind,), 1).data)
            limits = [max(least, round(whole * share)) for share in (0.9, 0.6, 0.4, 0.2)]
            files = [encode(picture, (kind,), limit) for limit in limits]
            counts.setdefault(kind, []).extend(file.encodes for file in files)
            missed += sum(len(file.data) > limit for file, limit in zip(files, limits, strict=True))
    return {
        "encodes": {kind: [sum(found) / len(found), max(found)] for kind, found in counts.items()},
        "limits": sum(map(len, counts.values())),
        "missed": missed,
    }


def _window(size: tuple[int, int], wide: int, high: int) -> tuple[float, float, float, float]:
    scale = min(size[0] / wide, size[1] / high)
    left, top = (size[0] - wide * scale) / 2, (size[1] - high * scale) / 2
    return max(0.0, left), max(0.0, top), min(left + wide * scale, size[0]), min(top + high * scale, size[1])


def _broken(orders: list[RenderOrder], files: tuple[Rendered, ...]) -> list[str]:
    """What a file promises and does not keep."""
    from PIL import Image

    found = []
    for order, file in zip(orders, files, strict=True):
        form, kind = order.ad_format, {"image/jpeg": "jpg"}.get(file.mime, file.mime.split("/")[1])
        with Image.open(io.BytesIO(file.data)) as picture:
            kept = {
                "size in pixels": picture.size == (form.width, form.height),
                "no alpha": picture.mode == "RGB",
                "type": kind in form.file_types,
                "bytes": file.fits_bytes and len(file.data) <= order.max_bytes,
                "XMP": order.xmp.encode() in file.data,
                "encodes": file.encodes <= 3 * len(form.file_types),
                "product": math.isfinite(file.product_box.x),
            }
        found += [f"{form.id}: {promise}" for promise, holds in kept.items() if not holds]
    return found


def _is_full_colour(file: Rendered) -> bool:
    from PIL import Image

    with Image.open(io.BytesIO(file.data)) as picture:
        layers: list[tuple[int, ...]] = getattr(picture, "layer", [])
        return bool(layers) and layers[0][1:3] == (1, 1)


VARIANTS: dict[str, Callable[[bytes, int], dict[str, Any]]] = {
    "pillow": _pillow,
    "libvips": _libvips,
    "libvips_plain": functools.partial(_libvips, optimised=False),
    "floor": _floor,
    "ours": _ours,
    "checked": _ours_checked,
    "typesetting": _typesetting,
    "limited": _limited,
}
OURS = VARIANTS.keys() - {"pillow", "libvips", "libvips_plain"}
"""Variants that run as in a process of the pool."""

if __name__ == "__main__":
    main()
