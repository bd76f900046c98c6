"""Words before they are pictures: how long they may be, who writes them, what was asked and answered."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from adlocalizer.domain.campaign import Locale
from adlocalizer.domain.market import Spoken
from adlocalizer.domain.noun import Digest, Id, Micros, Noun
from adlocalizer.domain.request import Usage, digest_of
from adlocalizer.domain.shape import ThinkingLevel

Script = Annotated[str, Field(pattern=r"^([A-Z][a-z]{3}|\*)$")]
"""ISO 15924, or `*` for every script that is not named."""


class LengthLimit(Noun):
    """How many characters of a column some formats take or show: one entry of `limits:` in `configs/copy.yml`."""

    formats: tuple[str, ...] = Field(min_length=1, description="Globs over ad format ids")
    column: Literal["headline", "subline", "call_to_action", "legal"]
    most: dict[Script, Annotated[int, Field(ge=1)]] = Field(
        min_length=1, description="Grapheme clusters by script (ISO 15924), `*` for all others; without it: no limit"
    )
    reach: Literal["taken", "shown"] = Field(
        default="taken", description="taken: longer words are refused; shown: the rest of them is cut off"
    )
    confidence: Literal["official", "official_mirror", "secondary", "uncertain"]
    source: str = Field(min_length=1)
    checked: date


class CopyBook(Noun):
    """What holds for every copy table: `configs/copy.yml`."""

    limits: tuple[LengthLimit, ...] = ()
    discount_words: dict[Spoken, tuple[str, ...]] = Field(
        default_factory=dict,
        description="What a percentage stands beside when it is a reduction, by locale or language",
    )


class TextModel(Noun):
    """A model that writes: a stanza of `text_models:` in `configs/models.yml`."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
    provider: Id
    title: str
    default: bool = Field(default=False, description="The provider's text model when none is named")
    input_micros: Micros = Field(description="A million tokens sent, in micros of a US dollar")
    output_micros: Micros = Field(description="A million tokens answered, thoughts included, in micros")
    most_output_tokens: int = Field(default=8192, ge=256, description="Sent along as the limit, thoughts included")
    thinking: ThinkingLevel | None = Field(default=None, description="How much it is asked to think; none: its own")
    picture_tokens: int = Field(default=0, ge=0, description="A picture sent counts for at most; 0: it sees none")
    requests_per_minute: int | None = Field(default=None, ge=1)
    spend_per_10_minutes: Micros | None = Field(default=None, ge=1, description="Most micros in any ten minutes")
    available_from: date | None = None
    shutdown: date | None = Field(default=None, description="Requests fail from this day on")
    successor: str | None = None
    source: str
    checked: date

    def cost_micros(self, usage: Usage) -> Micros:
        """What the tokens of an answer cost, rounded up."""
        answered = usage.text_tokens + usage.thought_tokens
        return -(-(usage.prompt_tokens * self.input_micros + answered * self.output_micros) // 1_000_000)

    def most_cost_micros(self, prompt: str) -> Micros:
        """What a request may cost at worst: no token is less than a byte, and no answer is above its limit."""
        return self.cost_micros(Usage(prompt_tokens=len(prompt.encode()), text_tokens=self.most_output_tokens))


class TextRequest(Noun):
    """Everything that decides an answer in words."""

    provider: Id
    model: str
    locale: Locale = Field(description="Whose copy it asks for")
    prompt: str = Field(min_length=1)
    fields: dict[str, int] = Field(min_length=1, description="What is to be answered, each with its longest length")
    most_output_tokens: int = Field(ge=1)
    thinking: ThinkingLevel | None = None
    attempt: int = Field(default=1, ge=1)

    @cached_property
    def key(self) -> Digest:
        """SHA-256 of the whole canonical request: the name under which its answer is kept."""
        return digest_of({"version": 1, "kind": "text", **self.model_dump(mode="json")})


class TextAnswer(Noun):
    """What a provider said to a request for words; kept for ever under the request's key."""

    key: Digest
    kind: Literal["words", "refusal", "bad"]
    """`bad`: what came is not the object that was asked for."""
    words: dict[str, str] = Field(default_factory=dict, description="The fields that were asked for")
    reason: str = Field(default="", description="Why there are no words")
    cost_micros: Micros = 0
    usage: Usage = Usage()
    finish_reason: str = ""
    model_version: str = ""
    response_id: str = ""
