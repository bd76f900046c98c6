"""The words by which market rules know products and scenes: `configs/tags.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from adlocalizer.config.documents import line_of, read_document
from adlocalizer.config.wording import nearest_or_all, quoted, shown_path
from adlocalizer.domain import Id, Noun
from adlocalizer.errors import ConfigError

FILE = "configs/tags.yml"


class Tag(Noun):
    """One tag."""

    means: str = Field(min_length=1, description="What carries it")
    implies: tuple[Id, ...] = Field(default=(), description="Tags that come with it")
    words: tuple[str, ...] = Field(default=(), description="English words by which a scene's sentence says so")


class TagBook(Noun):
    """Every tag there is."""

    product: dict[Id, Tag]
    scene: dict[Id, Tag]

    def implied(self, tags: Iterable[str]) -> tuple[str, ...]:
        """The tags of a product, and those that come with them."""
        found: dict[str, None] = {}
        left = list(tags)
        while left:
            if (tag := left.pop(0)) not in found:
                found[tag] = None
                left += self.product[tag].implies if tag in self.product else ()
        return tuple(found)

    def spoken(self, scene: str) -> tuple[str, ...]:
        """The tags of a scene that its sentence says, in the singular or the plural."""
        return tuple(name for name, tag in self.scene.items() if any(_says(scene, word) for word in tag.words))


def tag_remedy(tag: str, known: Mapping[str, Tag]) -> tuple[str, str] | None:
    """What was found and what to write for a tag that nobody knows; None for one that is known."""
    if tag in known:
        return None
    return f"found the unknown tag {quoted(tag)}", f"{nearest_or_all(tag, known)}. A new one goes into {FILE}"


def check_tags(tags: Sequence[str], known: Mapping[str, Tag], path: Path, key: str, root: Path) -> None:
    """ConfigError with file and line for a tag of a file that nobody knows: rules would pass it by in silence."""
    for place, tag in enumerate(tags):
        if said := tag_remedy(tag, known):
            shown = shown_path(path, root)
            line = line_of(read_document(path, shown).node, (key, place))
            raise ConfigError(f"{shown}:{line} ({key})", *said)


def _says(scene: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}(?:s|es)?\b", scene, re.IGNORECASE) is not None
