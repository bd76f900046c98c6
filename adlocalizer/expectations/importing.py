"""Modules that a library imports with itself, and only some of its callers use: imported when they are used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _Late(ModuleType):
    """Stands in for a module until something in it is asked for."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def late(*names: str) -> Iterator[None]:
    """Whoever imports one of these modules meanwhile gets it when it is used; whoever does so afterwards, at once."""
    standing = {name: _Late(name) for name in names if name not in sys.modules}
    sys.modules.update(standing)
    try:
        yield
    finally:
        for name, stand_in in standing.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
