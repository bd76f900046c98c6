"""In a pool process: what a judge is shown of a picture, and the canary slipped in beside it; both are written there.

Views are evidence and stand beside the region's files; those of a canary stand apart, no bundle or outcome names them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from adlocalizer.bundling import region_folder
from adlocalizer.calibrating.altering import CannotAlter
from adlocalizer.calibrating.variants import variant
from adlocalizer.domain import Box, View
from adlocalizer.domain.question import Sight
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.locating import cut_of, standing
from adlocalizer.imaging.masters import Master, open_master
from adlocalizer.imaging.viewing import Shown, part_view, scenery, shot_view, whole_view
from adlocalizer.making.canaries import canary_folder
from adlocalizer.making.work import Canary, Viewed, ViewOrder
from adlocalizer.store import Ledger, Store


def view(order: ViewOrder) -> Viewed:
    """Write the views of a picture, and of the canary where one is asked for; raises StoreError."""
    try:
        return _viewed(order)
    except Unreadable as error:  # a broken product shot
        return Viewed({}, fault=str(error))


def _viewed(order: ViewOrder) -> Viewed:
    store = Store(order.run.store_url)
    shot = _kept(order.run.store_url, order.shot.path)
    work = order.work
    master = open_master(Ledger(store).picture(work.answer))
    box = standing(master.picture, shot, work.answer.product_box, work.request.prompt.composition.product)
    folder = f"{region_folder(order.run, order.work.grounded.creative.region)}/evidence"
    shown = _shown(order, master, shot, box)
    views = _written(store, folder, f"{order.work.request.key[:24]}-judge", shown)
    return Viewed(views, _canary(order, master, shot, box))


@functools.lru_cache(maxsize=16)
def _kept(store_url: str, path: str) -> bytes:
    return Store(store_url).read(path)


def _shown(order: ViewOrder, master: Master, shot: bytes, box: Box) -> dict[Sight, Shown]:
    picture, longest = master.picture, order.longest_side
    quiet = order.work.request.prompt.composition.quiet
    shows = {
        "whole": lambda: whole_view(picture, longest),
        "shot": lambda: shot_view(shot, longest),
        "product": lambda: part_view(picture, box, longest),
        "quiet": lambda: part_view(picture, quiet, longest, around=0.0),
    }
    return {sight: shows[sight]() for sight in order.sights}


def _canary(order: ViewOrder, master: Master, shot: bytes, box: Box) -> Canary | None:
    """A wrong product in the scenery of the same picture; None where this product allows none of the ways."""
    seed = int(order.work.request.key[8:16], 16)
    for question, forgery in order.forgeries:
        try:
            made = variant(forgery, cut_of(shot).rgba, scenery(master.picture, box), seed)
        except CannotAlter:
            continue
        shown = _shown(order, Master.of(made.picture), shot, made.box)
        views = _written(Store(order.run.store_url), canary_folder(order.run), order.work.request.key[:24], shown)
        return Canary(question, forgery, views)
    return None


def _written(store: Store, folder: str, name: str, shown: Mapping[Sight, Shown]) -> dict[Sight, View]:
    views: dict[Sight, View] = {}
    for sight, one in shown.items():
        path = f"{folder}/{name}-{sight}.jpg"
        store.write(path, one.jpeg)
        views[sight] = View(sight=sight, sha256=one.sha256, path=path)
    return views
