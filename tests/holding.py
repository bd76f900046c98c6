"""One test for many cases: every case that fails is named, and none costs a test of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any


def holds_for(*cases: Iterable[Any], named: Callable[[Any], object] = str) -> Callable[[Callable[..., None]], Any]:
    """Hold a test against every case, or every combination of several kinds of cases; `named` says a case's name."""

    def decorate(test: Callable[..., None]) -> Callable[[], None]:
        def held() -> None:
            wrong: dict[str, str] = {}
            for combined in product(*cases):
                try:
                    test(*combined)
                except AssertionError as error:
                    wrong["-".join(str(named(case)) for case in combined)] = str(error)
            assert wrong == {}

        # Not `functools.wraps`: pytest would look through it and ask for the cases as fixtures.
        held.__name__, held.__qualname__, held.__doc__ = test.__name__, test.__qualname__, test.__doc__
        held.__module__ = test.__module__
        return held

    return decorate
