"""Recipes: a folder of `templates/prompts/` with its words (prompt.j2) and what it says of itself (recipe.yml)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal, NoReturn

from pydantic import Field

from adlocalizer.config.documents import line_of, read_document, read_yaml
from adlocalizer.config.files import is_file
from adlocalizer.config.strictness import hold_changes
from adlocalizer.config.wording import nearest_or_all, quoted, shown_path
from adlocalizer.domain import CheckChange, CheckRule, Id, Noun, Recipe
from adlocalizer.errors import ConfigError
from adlocalizer.grounding import FACT_NAMES
from adlocalizer.prompting import template_variables

_FOLDER = "templates/prompts"


class CheckWish(Noun):
    """A stanza of `checks:` in a recipe.yml."""

    severity: Literal["fail", "review"] | None = Field(default=None, description="What breaking it means here")
    threshold: float | None = Field(default=None, description="Limit here, in the check's own unit")
    why: str = Field(min_length=1, description="Why pictures of this recipe are held to something else")


class RecipeSheet(Noun):
    """A recipe.yml."""

    title: str = Field(min_length=1, description="Name of the recipe for people")
    purpose: str = Field(min_length=1, description="What its pictures are for, in a sentence")
    facts: tuple[str, ...] = Field(
        description="Every fact its words may use, and those the preview draws from; a prompt carries no other"
    )
    checks: dict[Id, CheckWish] = Field(
        default_factory=dict, description="What differs from configs/checks.yml for these pictures, by check id"
    )


def read_recipe(root: Path, id: str, rules: Mapping[str, CheckRule]) -> Recipe:
    """The recipe with an id; a ConfigError names the line of a fact or check there is not, or that it does not list."""
    folder = root / _FOLDER
    known = sorted(path.parent.name for path in folder.glob("*/prompt.j2"))
    if id not in known:
        raise ConfigError(_FOLDER, f"there is no recipe {quoted(id)}", nearest_or_all(id, known))
    path = folder / id / "recipe.yml"
    if not is_file(path):
        remedy = "write title, purpose and facts in it, as in the shipped recipes"
        raise ConfigError(shown_path(path, root), "the file does not exist", remedy)
    sheet = read_yaml(path, RecipeSheet, root)
    _check_names(path, root, sheet, rules)
    recipe = Recipe(
        id=id,
        text=_words(folder / id / "prompt.j2", root),
        title=sheet.title,
        purpose=sheet.purpose,
        facts=sheet.facts,
        checks=_changes(sheet),
    )
    _check_words(recipe, sheet.facts)
    return recipe


def _words(path: Path, root: Path) -> str:
    if not path.resolve().is_relative_to(root.resolve()):
        raise ConfigError(shown_path(path, root), "leads out of the project", "write a file inside the project")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ConfigError(shown_path(path, root), "is not UTF-8", "save the file as UTF-8") from None
    if not text.strip():
        raise ConfigError(shown_path(path, root), "the template is empty", "write the prompt in it")
    return text


def _check_names(path: Path, root: Path, sheet: RecipeSheet, rules: Mapping[str, CheckRule]) -> None:
    for at, name in enumerate(sheet.facts):
        if name not in FACT_NAMES:
            _refuse(path, root, ("facts", at), (f"there is no fact {quoted(name)}", nearest_or_all(name, FACT_NAMES)))
        if name in sheet.facts[:at]:
            _refuse(path, root, ("facts", at), (f"{quoted(name)} stands here twice", "keep one of the two"))
    hold_changes(((("checks", one.check), one) for one in _changes(sheet)), path, root, rules)


def _changes(sheet: RecipeSheet) -> tuple[CheckChange, ...]:
    return tuple(CheckChange(check=check, **wish.model_dump()) for check, wish in sheet.checks.items())


def _refuse(path: Path, root: Path, loc: tuple[int | str, ...], said: tuple[str, str]) -> NoReturn:
    shown = shown_path(path, root)
    line = line_of(read_document(path, shown).node, loc)
    raise ConfigError(f"{shown}:{line} ({'.'.join(map(str, loc))})", *said)


def _check_words(recipe: Recipe, listed: Collection[str]) -> None:
    """ConfigError for a fact the words use and the recipe does not list: they would never see it."""
    for name, line in template_variables(recipe).items():
        if name in FACT_NAMES and name not in listed:
            found = f"uses the fact {quoted(name)}, which recipe.yml does not list"
            raise ConfigError(f"{_FOLDER}/{recipe.id}/prompt.j2:{line}", found, f"add {name} to `facts:` there")
