"""The two networks that find and read letters, loaded once a process: PP-OCRv6 small, from the wheel of rapidocr.

Loaded here rather than through rapidocr: importing that costs 2.1 CPU s a process and its pipeline 0.9 to 1.2 s a
picture; both files load in 0.28 s, and what is fed to them is decided here.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnxruntime

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

_PACKAGE = "rapidocr"
_FINDER, _READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


class NoReader(Exception):
    """The networks cannot be loaded on this machine; the message says which and what to do."""


def letter_map(pixels: Pixels) -> Floats:
    """How sure it is, 0 to 1, that a pixel of an RGB picture belongs to a line of letters; both sides multiples of 32.

    Raises NoReader.
    """
    (found,) = _session(_FINDER).run(None, {"x": _fed(pixels)})
    return np.asarray(found[0, 0], np.float32)


def letter_chances(pixels: Pixels) -> Floats:
    """Chances of every letter of `letters` by column, for a line in RGB, 48 pixels high; raises NoReader."""
    (found,) = _session(_READER).run(None, {"x": _fed(pixels)})
    return np.asarray(found[0], np.float32)


@functools.cache
def letters() -> tuple[str, ...]:
    """The reader's letters in the order of its chances: first none, last the space; raises NoReader."""
    named = _session(_READER).get_modelmeta().custom_metadata_map.get("character", "")
    if not named:
        raise NoReader(f"{_READER} names no letters; install {_PACKAGE} again")
    return ("", *named.splitlines(), " ")


def _fed(pixels: Pixels) -> Floats:
    # Both networks were trained on BGR, levels as -1 to 1.
    planes = pixels[..., ::-1].transpose(2, 0, 1)[None].astype(np.float32)
    return planes / np.float32(127.5) - np.float32(1)


@functools.cache
def _session(name: str) -> onnxruntime.InferenceSession:
    try:
        import onnxruntime
    except ImportError as error:
        raise NoReader("onnxruntime is not installed; install this project's own dependencies again") from error
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    path = _folder() / name
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has a dozen kinds of its own, all of Exception
        raise NoReader(f"{name} cannot be loaded from {_PACKAGE}; install {_PACKAGE} again") from error


def _folder() -> Path:
    # Not importlib.resources: that would import the package.
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        return Path(folder) / "models"
    raise NoReader(f"{_PACKAGE}, which carries the reader's networks, is not installed; install it")
