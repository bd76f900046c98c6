"""What a model is asked about a picture: narrow questions, the judge who answers them, one inquiry and its rulings."""

from __future__ import annotations

import string
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from adlocalizer.domain.model import ProviderConfig
from adlocalizer.domain.noun import Digest, Id, Micros, Noun
from adlocalizer.domain.request import Usage, digest_of
from adlocalizer.domain.rule import RepairWay
from adlocalizer.domain.shape import ThinkingLevel
from adlocalizer.domain.words import TextModel

Sight = Literal["whole", "shot", "product", "quiet"]
"""What a judge is shown: the picture, the product's shot, the product cut out of the picture, the area kept plain."""

Forgery = Literal["letters", "recoloured", "mirrored", "stretched", "other", "missing"]
"""How the product of a canary is wrong; see calibrating/variants.py."""

YesNo = Literal["yes", "no", "unclear"]
"""What a question may be answered; `unclear` is for a judge who cannot see it."""

_VERSION = 1
"""Raise it when the same words and pictures are put to a judge in another way: every question is then asked anew."""


class Question(NamedTuple):
    """A question as one picture is asked it."""

    id: Id
    text: str


class QuestionRule(Noun):
    """One yes/no question: a stanza of `questions:` in `configs/judge.yml`."""

    words: str = Field(min_length=1, description="The question, in English; {product}, and {names} of facts it needs")
    sights: tuple[Sight, ...] = Field(min_length=1, description="What of the picture it is about")
    right: Literal["yes", "no"] = Field(description="The answer of a good picture")
    severity: Literal["fail", "review"] = Field(default="review", description="What the other answer means")
    needs: tuple[str, ...] = Field(default=(), description="Facts without which it is not asked")
    unless: tuple[Id, ...] = Field(default=(), description="Tags of product or scene with which it is not asked")
    canaries: tuple[Forgery, ...] = Field(default=(), description="Known-bad pictures that must get the wrong answer")
    remedy: str = Field(min_length=1, description="What somebody can do about it")
    repairs: tuple[RepairWay, ...] = Field(default=("seed",), description="What the pipeline tries, in this order")
    instruction: str = Field(default="", description="What an edit asks for, in English; {product} is its name")
    why: str = Field(min_length=1, description="Why it is asked, and what is known of how well it is answered")

    @model_validator(mode="after")
    def _names_what_it_has(self) -> QuestionRule:
        for said in (self.words, self.instruction):
            for _, name, _, _ in string.Formatter().parse(said):
                if name is not None and name not in ("product", *self.needs):
                    raise ValueError(f"found {{{name}}}, which is no fact it needs; add it to needs, or take it out")
        return self


class QuestionBook(Noun):
    """What a judge is asked, and how: `configs/judge.yml`."""

    models: dict[Id, str] = Field(
        default_factory=dict, description="Who judges: the text model of a provider; none: its default one"
    )
    most_output_tokens: int = Field(ge=64, description="Sent along as the limit of an answer, thoughts included")
    thinking: ThinkingLevel | None = Field(default=None, description="How much it is asked to think; none: its own")
    longest_side: int = Field(ge=256, le=3072, description="Pixels of the pictures shown to it, at most")
    most_missed: float = Field(gt=0, lt=1, description="Share of canaries a judge may pass before the report warns")
    preamble: str = Field(min_length=1, description="What stands before the pictures and questions")
    captions: dict[Sight, str] = Field(description="What each picture is said to show")
    questions: dict[Id, QuestionRule] = Field(min_length=1, description="Questions by a name of ours")

    @model_validator(mode="after")
    def _says_what_it_shows(self) -> QuestionBook:
        for id, rule in self.questions.items():
            if untold := [sight for sight in rule.sights if sight not in self.captions]:
                raise ValueError(f"captions has none for {untold[0]}, which questions/{id} shows; add one")
        return self


class Judge(Noun):
    """Who judges a campaign's pictures, how that is reached, what is asked, and how many canaries are slipped in."""

    provider: Id
    model: TextModel
    reach: ProviderConfig = ProviderConfig()
    book: QuestionBook
    canaries: Annotated[float, Field(ge=0, le=1)] = 0.0

    @cached_property
    def sha256(self) -> Digest:
        """Digest of what decides its rulings: model and questions, not how often it is put to the test."""
        shaped = self.book.model_dump(mode="json", exclude={"most_missed", "models"})
        return digest_of([_VERSION, self.provider, self.model.id, shaped])

    def cost_micros(self, prompt: str, pictures: int, output_tokens: int) -> Micros:
        """What an inquiry costs with so many pictures and tokens answered; no token of a prompt is less than a byte."""
        sent = len(prompt.encode()) + pictures * self.model.picture_tokens
        return self.model.cost_micros(Usage(prompt_tokens=sent, text_tokens=output_tokens))


class View(Noun):
    """One picture shown to a judge."""

    sight: Sight
    sha256: Digest = Field(description="Of its pixels, not of a file: packed anew it is the same picture")
    mime: Literal["image/jpeg"] = "image/jpeg"
    path: str = Field(description="Where its bytes are; not part of the key")


class Inquiry(Noun):
    """Everything that decides a judge's answer about one picture."""

    provider: Id
    model: str
    prompt: str = Field(min_length=1)
    views: tuple[View, ...] = Field(min_length=1)
    asked: tuple[Id, ...] = Field(min_length=1, description="Ids of the questions, in the prompt's order")
    most_output_tokens: int = Field(ge=1)
    thinking: ThinkingLevel | None = None

    @cached_property
    def key(self) -> Digest:
        """SHA-256 of the whole canonical inquiry: the name under which its answer is kept."""
        shown = [[view.sight, view.sha256] for view in self.views]
        said = self.model_dump(mode="json", exclude={"views"})
        return digest_of({"version": _VERSION, "kind": "inquiry", **said, "views": shown})


class Ruling(NamedTuple):
    """What a judge says to one question, and why."""

    said: YesNo
    reason: str
