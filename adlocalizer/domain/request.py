"""What is asked of a provider and what came back."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import Field

from adlocalizer.domain.noun import Box, Digest, Id, Micros, Noun
from adlocalizer.domain.place import Fact
from adlocalizer.domain.rule import CheckChange
from adlocalizer.domain.shape import Composition, Ratio, SearchKind, Size, ThinkingLevel


def digest_of(value: object) -> Digest:
    """The SHA-256 of a value's canonical JSON (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Recipe(Noun):
    """A kind of picture: one folder of `templates/prompts/`, its words and what its recipe.yml says of them."""

    id: Id
    text: str = Field(min_length=1, description="Jinja source of its prompt.j2")
    title: str = ""
    purpose: str = ""
    facts: tuple[str, ...] | None = Field(default=None, description="Facts a prompt carries; None: every one there is")
    checks: tuple[CheckChange, ...] = ()

    def carries(self, fact: str) -> bool:
        """Whether prompts of this recipe carry a fact."""
        return self.facts is None or fact in self.facts

    @cached_property
    def sha256(self) -> Digest:
        """Digest of the words, which alone reach a model."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Prompt(Noun):
    """The rendered template and the facts and composition it used."""

    text: str = Field(min_length=1)
    template_sha256: Digest
    facts: tuple[Fact, ...]
    composition: Composition
    words_alone: bool = Field(default=False, description="Whether who draws is told the words, and no fact beside them")

    @cached_property
    def sha256(self) -> Digest:
        """Digest of all that can change a picture: words, composition, and the facts' values where they are told."""
        values = {} if self.words_alone else {fact.name: fact.value for fact in self.facts}
        return digest_of({"text": self.text, "facts": values, "composition": self.composition.model_dump()})


class Reference(Noun):
    """A picture sent along with a request."""

    role: str = Field(description="What the picture shows, such as `product`")
    sha256: Digest
    mime: Literal["image/png", "image/jpeg", "image/webp", "image/svg+xml"]
    path: str = Field(description="Where its bytes are; not part of the key")


class GenerationConfig(Noun):
    """What a model is told beside words, pictures and shape."""

    thinking: ThinkingLevel | None = Field(default=None, description="None: the model's own default")
    safety: dict[str, str] = Field(default_factory=dict, description="Threshold by harm category")
    search: tuple[SearchKind, ...] = Field(default=(), description="Google Search grounding; none: off")


class Edit(Noun):
    """What an edit changes: the picture it starts from, and the words that say what is to change."""

    parent: Digest = Field(description="Key of the request whose picture is edited")
    picture_sha256: Digest
    instruction: str = Field(min_length=1, description="As somebody wrote it; the prompt puts it into sentences")


class Request(Noun):
    """Everything that decides an answer."""

    provider: Id
    model: str
    prompt: Prompt
    references: tuple[Reference, ...]
    ratio: Ratio
    size: Size
    seed: int = Field(ge=0, lt=2**31)
    attempt: int = Field(default=1, ge=1)
    config: GenerationConfig = GenerationConfig()
    edit: Edit | None = None

    @cached_property
    def key(self) -> Digest:
        """SHA-256 of the whole canonical request: the name under which its answer is kept."""
        # What stands at its default is left out: keys of answers that are on file stay what they were.
        said = self.config.model_dump(mode="json", exclude_defaults=True)
        more = {"config": said} if said else {}
        more |= {"edit": self.edit.model_dump(mode="json")} if self.edit else {}
        return digest_of(
            {
                **more,
                "version": 1,
                "provider": self.provider,
                "model": self.model,
                "prompt": self.prompt.sha256,
                "references": [[ref.role, ref.sha256, ref.mime] for ref in self.references],
                "ratio": self.ratio,
                "size": self.size,
                "seed": self.seed,
                "attempt": self.attempt,
            }
        )


class Usage(Noun):
    """Tokens a provider billed, by kind, and the searches it made."""

    prompt_tokens: int = 0
    image_tokens: int = 0
    text_tokens: int = 0
    thought_tokens: int = 0
    search_queries: int = 0


class Source(NamedTuple):
    """A page that grounded an answer; for an image search the page that holds the image."""

    uri: str
    title: str = ""
    image_uri: str = ""


class SearchTrace(Noun):
    """What Google Search grounding did for an answer; its terms ask for it to be shown with the picture."""

    queries: tuple[str, ...] = ()
    image_queries: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    entry_point: str = Field(default="", description="HTML of the search suggestions, to be shown unchanged")


class SafetyRating(NamedTuple):
    """What a provider thinks of the harm its answer could do, in its own words."""

    category: str
    probability: str
    blocked: bool = False


class Answer(Noun):
    """What a provider said to a request: a candidate picture, a refusal, words without a picture, or a riddle."""

    key: Digest
    kind: Literal["picture", "refusal", "bad", "unclear", "verdict"]
    """`unclear`: no picture, for a reason this version does not know; `verdict`: a judge's, its words in `text`."""
    mime: Literal["image/png", "image/jpeg", "image/webp"] | None = None
    sha256: Digest | None = None
    width: int | None = None
    height: int | None = None
    product_box: Box | None = Field(default=None, description="Where the product stands, when the provider knows")
    cost_micros: Micros = 0
    usage: Usage = Usage()
    reason: str = ""
    caution: str = Field(default="", description="Why a person should look at the picture before it ships")
    finish_reason: str = Field(default="", description="The provider's own word for how it ended")
    text: str = Field(default="", description="What the model said beside the picture")
    safety: tuple[SafetyRating, ...] = Field(default=(), description="Harm, as the provider rates it")
    model_version: str = ""
    response_id: str = ""
    thought_signature: str = Field(default="", description="Base64, to be echoed when the answer is sent as history")
    search: SearchTrace | None = None


class Reply(Noun):
    """An answer on its way to the store, with the untouched bytes of its picture."""

    answer: Answer
    picture: bytes | None = None
