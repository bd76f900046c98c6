"""Facts, composition and a recipe become a prompt; what a template wants and does not get is named with its line."""

from __future__ import annotations

import difflib
import functools
import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

from pydantic import Field

from adlocalizer.domain import Box, Composition, Fact, Noun, Product, Prompt, Ratio, Recipe, ratio_value
from adlocalizer.errors import PromptError
from adlocalizer.grounding import FACT_NAMES, plain

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

MOST_WORDS = 1500
"""Longer prompts drown what matters; twice what the shipped recipes need, so only a mistake meets it."""

_FRACTIONS = (
    *((0.05, "a twentieth"), (0.1, "a tenth"), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third")),
    *((0.4, "two fifths"), (0.5, "half"), (0.6, "three fifths"), (2 / 3, "two thirds"), (0.75, "three quarters")),
    *((0.8, "four fifths"), (0.9, "nine tenths"), (1.0, "all")),
)
_ORIENTATIONS = (
    *((0.36, "a tall, narrow strip"), (0.9, "an upright frame"), (1.15, "a square frame")),
    (2.2, "a landscape frame"),
)


class Subject(Noun):
    """What a picture is about, beside the facts."""

    scene: str = Field(min_length=1, description="What happens around the product, in one English sentence")
    product: Product
    brand_name: str = Field(min_length=1)
    ratio: Ratio
    variant: int = Field(ge=1)


class Words(str):
    """A fact in a template: it reads as its text, and `.value` is what to compare."""

    value: str | float | int

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """The fact's text, with its value."""
        words = cls(plain(fact.text))
        words.value = plain(fact.value) if isinstance(fact.value, str) else fact.value
        return words


class Places(NamedTuple):
    """A composition in words."""

    product_place: str
    product_size: str
    quiet_area: str
    horizon: str


SUBJECT_NAMES = frozenset(
    {
        *("brand", "product", "product_description", "product_height", "shots", "scene", "ratio", "orientation"),
        *("variant", *Places._fields),
    }
)
"""Every name a template can use beside the facts."""


def compose_prompt(recipe: Recipe, facts: Sequence[Fact], composition: Composition, about: Subject) -> Prompt:
    """The recipe's words for a city, a product and a composition, with the facts and the template they come from."""
    variables = {fact.name: Words.of(fact) for fact in facts} | _subject_words(about, composition)
    text = _normal(_render(recipe, variables))
    if not text:
        raise PromptError(f"{path_of(recipe)}:1: the result is empty; write the prompt's sentences below the comment")
    if (count := len(text.split())) > MOST_WORDS:
        raise PromptError(
            f"{path_of(recipe)}:1: {count} words, {MOST_WORDS} at most; shorten the template or the scene"
        )
    return Prompt(text=text, template_sha256=recipe.sha256, facts=tuple(facts), composition=composition)


def template_variables(recipe: Recipe) -> frozenset[str]:
    """Every name a recipe takes from outside; a PromptError when it is no template."""
    return frozenset(_compiled(recipe).wanted)


def describe_composition(composition: Composition) -> Places:
    """Where product, quiet area and horizon are, in words: the left is the picture's left, whatever the reading."""
    product, quiet = composition.product, composition.quiet
    across = f"between {_percent(product.x)} and {_percent(product.right)} of the width counted from the left"
    return Places(
        product_place=f"{_zone(product)} of the picture, {across}, its bottom edge on the ground at "
        f"{_percent(product.bottom)} of the height counted from the top",
        product_size=f"at most {_share(product.h)} of the picture's height",
        quiet_area=_area(quiet),
        horizon=f"{_percent(composition.horizon)} of the height counted from the top",
    )


def path_of(recipe: Recipe) -> str:
    """Where the recipe stands in a project."""
    return f"templates/prompts/{recipe.id}/prompt.j2"


def _subject_words(about: Subject, composition: Composition) -> dict[str, str | int]:
    value = ratio_value(about.ratio)
    return {
        "brand": plain(about.brand_name),
        "product": plain(about.product.name),
        "product_description": plain(about.product.description).rstrip("."),
        "product_height": f"{about.product.height_cm:g} cm",
        "shots": len(about.product.shots),
        "scene": plain(about.scene).rstrip("."),
        "ratio": about.ratio,
        "orientation": next((name for limit, name in _ORIENTATIONS if value < limit), "a wide, low strip"),
        "variant": about.variant,
        **describe_composition(composition)._asdict(),
    }


def _zone(box: Box) -> str:
    across = _third(box.x + box.w / 2, ("left", "centre", "right"))
    down = _third(box.y + box.h / 2, ("upper", "", "lower"))
    return f"in the {down} {across}".replace("  ", " ")


def _third(middle: float, names: tuple[str, str, str]) -> str:
    return names[0] if middle < 0.45 else names[1] if middle <= 0.55 else names[2]


def _area(box: Box) -> str:
    wide, high = box.w >= 0.95, box.h >= 0.95
    across = "" if wide else _third(box.x + box.w / 2, ("left", "central", "right"))
    down = "" if high else _third(box.y + box.h / 2, ("upper", "middle", "lower"))
    where = f"the {down} {across} part".replace("  ", " ") if across or down else "the whole"
    span = f"{'the full width' if wide else f'{_share(box.w)} of the width'} and "
    span += "the full height" if high else f"{_share(box.h)} of the height"
    start = f", beginning {_percent(box.y)} of the height below the top edge" if box.y > 0.05 and not high else ""
    return f"{where} of the picture, over {span}{start}"


def _share(part: float) -> str:
    return "about " + min(_FRACTIONS, key=lambda each: abs(each[0] - part))[1]


def _percent(part: float) -> str:
    return f"{round(part * 100)} %"


def _normal(text: str) -> str:
    lines = [plain(line) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Compiled(NamedTuple):
    template: Template
    wanted: Mapping[str, int]
    """The names taken from outside, each with the first line that wants it."""


def _render(recipe: Recipe, variables: Mapping[str, object]) -> str:
    compiled = _compiled(recipe)
    known = FACT_NAMES | SUBJECT_NAMES | set(variables)
    for name, line in compiled.wanted.items():
        if name not in known:
            raise _wanting(recipe, line, name, known)
    try:
        return compiled.template.render(variables)
    except Exception as error:  # a template is a program of somebody else's and may fail in any way
        raise _failed(recipe, error) from error


@functools.lru_cache(maxsize=64)
def _compiled(recipe: Recipe) -> _Compiled:
    from jinja2 import Template, TemplateSyntaxError, nodes
    from jinja2.meta import find_undeclared_variables

    environment, path = _environment(), path_of(recipe)
    try:
        tree = environment.parse(recipe.text)
        outside = find_undeclared_variables(tree) - set(environment.globals)
        code = environment.compile(recipe.text, name=path, filename=path)
    except TemplateSyntaxError as error:
        message = plain(error.message or "not a template").rstrip(".")
        raise PromptError(f"{path}:{error.lineno}: {message}; mend the Jinja syntax on this line") from error
    except (SyntaxError, RecursionError, MemoryError) as error:  # what Python says of a hundred nested loops
        raise PromptError(f"{path}:1: nested too deeply; write it flatter") from error
    uses = sorted((each.lineno, each.name) for each in tree.find_all(nodes.Name) if each.ctx == "load")
    wanted = {name: line for line, name in reversed(uses) if name in outside}
    return _Compiled(Template.from_code(environment, code, environment.globals), wanted)


@functools.cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False, cache_size=0
    )
    # Equal facts give equal words: nothing in a template may throw dice.
    del environment.globals["lipsum"], environment.filters["random"]
    return environment


def _failed(recipe: Recipe, error: Exception) -> PromptError:
    path = path_of(recipe)
    frames = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    line, message = (frames[-1] if frames else 1), plain(str(error)) or type(error).__name__
    if missing := re.fullmatch(r"'(\w+)' is undefined", message):
        name = missing[1]
        return PromptError(
            f"{path}:{line}: wants {name!r}, which this city has not; write {{% if {name} is defined %}} around it"
        )
    if absent := re.search(r"has no attribute '(\w+)'", message):
        return PromptError(f"{path}:{line}: wants '.{absent[1]}'; a fact has only '.value' beside its text")
    return PromptError(f"{path}:{line}: {message}; mend the expression on this line")


def _wanting(recipe: Recipe, line: int, name: str, known: Iterable[str]) -> PromptError:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return PromptError(
        f"{path_of(recipe)}:{line}: wants {name!r}, which nobody gives; {hint}There is {', '.join(sorted(known))}"
    )
