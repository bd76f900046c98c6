"""The pictures the latency server answers with: one a shape, painted once, the real product in its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from adlocalizer.domain import Model, Request


def picture_name(request: Request) -> str:
    """Name of the picture that answers a request: its ratio, its size and where the product was asked for."""
    return f"{request.ratio.replace(':', 'x')}-{request.size}-{request.prompt.composition.product.x * 1000:.0f}"


def paint_pictures(requests: Iterable[Request], model: Model, shot: bytes, data_folder: Path, folder: Path) -> None:
    """Paint what is missing in the folder, after the first request of each shape."""
    from adlocalizer.painting.scene import paint

    folder.mkdir(parents=True, exist_ok=True)
    for name, request in {picture_name(each): each for each in requests}.items():
        if not (folder / f"{name}.jpg").exists():
            reply = paint(request, shot, model.pixels[request.ratio][request.size], str(data_folder))
            assert reply.picture is not None
            (folder / f"{name}.jpg").write_bytes(reply.picture)
