"""What a text model is told: a campaign's copy, the brand's rules and the lengths, by a template."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from adlocalizer.domain import AdFormat, Brand, Campaign, Copy, CopyBook, Product
from adlocalizer.errors import PromptError
from adlocalizer.wording.lengths import limits_for
from adlocalizer.wording.letters import said_for
from adlocalizer.wording.terms import terms_of

TEMPLATE = "templates/prompts/transcreate/words.j2"
FIELDS = ("headline", "call_to_action", "legal", "rationale", "back_translation")
"""What an answer holds, in this order."""


class Subject(NamedTuple):
    """What the copy is for."""

    campaign: Campaign
    brand: Brand
    product: Product
    formats: Collection[AdFormat]
    book: CopyBook


def most_characters() -> dict[str, int]:
    """The longest a copy row takes, by field."""
    properties = Copy.model_json_schema()["properties"]
    found = {}
    for field in FIELDS:
        schema = properties[field]
        found[field] = int(next(one["maxLength"] for one in (schema, *schema.get("anyOf", ())) if "maxLength" in one))
    return found


def brief_for(locale: str, source: Copy, about: Subject, template: str, faults: str = "") -> str:
    """The prompt that asks for a locale's copy; a PromptError names what the template wants and does not get."""
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    try:
        text = environment.from_string(template).render(_variables(locale, source, about), faults=faults)
    except TemplateError as error:
        raise PromptError(f"{TEMPLATE}: {error}; the variables are listed in docs/copy.md") from error
    return text.strip()


def _variables(locale: str, source: Copy, about: Subject) -> Mapping[str, object]:
    lengths = {f"most_{field}": most for field, most in most_characters().items()}
    for column in ("headline", "call_to_action", "legal"):
        most = min((lengths[f"most_{column}"], *limits_for(locale, column, about.formats, about.book.limits)))
        lengths[f"most_{column}"] = most
    banned = [word for words in said_for(about.brand.banned_words, locale) for word in words]
    return {
        **lengths,
        **_names(locale, ""),
        **_names(source.locale, "source_"),
        **source.model_dump(include={"headline", "call_to_action", "legal", "rationale", "back_translation"}),
        "brand": about.brand.name,
        "product": about.product.name,
        "title": about.campaign.title,
        "terms": list(dict.fromkeys(terms_of(about.brand.glossary, locale).values())),
        "banned": list(dict.fromkeys(banned)),
        "tone": list(dict.fromkeys(said_for(about.brand.tone, locale))),
    }


def _names(tag: str, prefix: str) -> dict[str, str]:
    """A locale in words: its language and its country in English, by CLDR."""
    from babel.core import Locale

    known, parts = Locale.parse(tag, sep="-"), tag.split("-")
    language = known.get_language_name("en") or tag
    country = (known.get_territory_name("en") if len(parts) > 1 else None) or "every country that speaks it"
    return {f"{prefix}locale": tag, f"{prefix}language": language, f"{prefix}country": country}
