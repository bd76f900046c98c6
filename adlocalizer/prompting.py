"""Facts, composition and a recipe become a prompt; what a template wants and does not get is named with its line."""

from __future__ import annotations

import difflib
import functools
import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import Field

from adlocalizer.domain import Composition, Fact, Noun, Product, Prompt, Ratio, Recipe, Reference, ratio_value
from adlocalizer.errors import PromptError
from adlocalizer.grounding import FACT_NAMES, plain
from adlocalizer.placing import Places, describe_composition

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

MOST_WORDS = 1500
"""Longer prompts drown what matters; twice what the shipped recipes need, so only a mistake meets it."""

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
    mood: str = Field(default="", description="The brand's mood for its pictures; empty: none")
    roles: tuple[str, ...] = Field(default=("product",), description="What each picture sent along shows, in order")


class Words(str):
    """A fact in a template: it reads as its text, and `.value` is what to compare."""

    value: str | float | int

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """The fact's text, with its value."""
        words = cls(plain(fact.text))
        words.value = plain(fact.value) if isinstance(fact.value, str) else fact.value
        return words


SUBJECT_NAMES = frozenset(
    {
        *("brand", "product", "product_description", "product_height", "shots", "scene", "ratio", "orientation"),
        *("characters", "style_pictures", "mood", "variant", *Places._fields),
    }
)
"""Every name a template can use beside the facts."""


def compose_prompt(recipe: Recipe, facts: Sequence[Fact], composition: Composition, about: Subject) -> Prompt:
    """The recipe's words for a city, a product and a composition, with the facts and the template they come from."""
    carried = tuple(fact for fact in facts if recipe.carries(fact.name))
    variables = {fact.name: Words.of(fact) for fact in carried} | _subject_words(about, composition)
    text = _normal(_render(recipe, variables))
    if not text:
        raise PromptError(f"{path_of(recipe)}:1: the result is empty; write the prompt's sentences below the comment")
    if (count := len(text.split())) > MOST_WORDS:
        raise PromptError(
            f"{path_of(recipe)}:1: {count} words, {MOST_WORDS} at most; shorten the template or the scene"
        )
    return Prompt(text=text, template_sha256=recipe.sha256, facts=carried, composition=composition)


def compose_edit(recipe: Recipe, parent: Prompt, instruction: str, references: Sequence[Reference]) -> Prompt:
    """The words of an edit of a picture drawn from `parent`: one change, everything else kept.

    The picture to edit is sent first, the pictures of its own request follow.
    """
    text = _normal(_render(recipe, {"instruction": plain(instruction), "pictures": len(references) + 1}))
    return parent.model_copy(update={"text": text, "template_sha256": recipe.sha256})


def template_variables(recipe: Recipe) -> Mapping[str, int]:
    """Every name a recipe takes from outside, with its first line; a PromptError when it is no template."""
    return _compiled(recipe).wanted


def wanted_facts(recipe: Recipe) -> frozenset[str]:
    """The facts that are worth finding out for a recipe."""
    return frozenset(template_variables(recipe) if recipe.facts is None else recipe.facts)


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
        "shots": about.roles.count("product"),
        "characters": _numbers(about.roles, "character"),
        "style_pictures": _numbers(about.roles, "style"),
        "mood": plain(about.mood).rstrip("."),
        "scene": plain(about.scene).rstrip("."),
        "ratio": about.ratio,
        "orientation": next((name for limit, name in _ORIENTATIONS if value < limit), "a wide, low strip"),
        "variant": about.variant,
        **describe_composition(composition)._asdict(),
    }


def _numbers(roles: Sequence[str], role: str) -> str:
    """`Image 4`, `Images 4 and 5`: which of the pictures sent along show it; empty: none."""
    found = [str(number) for number, each in enumerate(roles, 1) if each == role]
    if len(found) < 2:
        return f"Image {found[0]}" if found else ""
    return f"Images {', '.join(found[:-1])} and {found[-1]}"


def _normal(text: str) -> str:
    text = "\n".join(plain(line) for line in text.splitlines())
    while "\n\n\n" in text:  # a regular expression takes six times as long
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


class _Compiled(NamedTuple):
    template: Template
    wanted: Mapping[str, int]
    """The names taken from outside, each with the first line that wants it."""


def _render(recipe: Recipe, variables: Mapping[str, object]) -> str:
    compiled = _compiled(recipe)
    for name, line in compiled.wanted.items():
        if not (name in variables or name in FACT_NAMES or name in SUBJECT_NAMES):
            raise _wanting(recipe, line, name, FACT_NAMES | SUBJECT_NAMES | set(variables))
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
        code = environment.compile(tree, name=path, filename=path)
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

    class Environment(ImmutableSandboxedEnvironment):
        def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - anything, as Jinja has it
            # What nearly every template asks for is safe; to find that out anew took a sixth of a prompt's time.
            return obj.value if attribute == "value" and type(obj) is Words else super().getattr(obj, attribute)

    environment = Environment(
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
