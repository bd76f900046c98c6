"""What a judge is asked about a picture, in which words, and what that costs: as expected, and at worst."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from pydantic import Field

from adlocalizer.domain import Digest, Fact, Inquiry, Judge, Master, Micros, Noun, Product, Question, View, digest_of
from adlocalizer.domain.question import Sight
from adlocalizer.planning.brief import Brief

Heard = Callable[[Sequence[str]], AbstractSet[str]]
_EXPECTED_TOKENS = 150
"""Of an answer to one question, its reason and its share of the thoughts; an estimate, nothing was measured."""


class JudgeQuote(Noun):
    """What judging a plan's pictures costs, each once; those its judge has heard already cost nothing."""

    model: str
    inquiries: int
    canaries: int = Field(description="About how many known-bad pictures are slipped in")
    price_micros: Micros
    most_micros: Micros = Field(description="If every attempt is judged, with the longest of answers")


class Hearing(NamedTuple):
    """What one picture is asked."""

    questions: tuple[Question, ...]
    sights: tuple[Sight, ...]
    """What is shown for them, each once."""


def hearing_of(brief: Brief, judge: Judge, product: Product, facts: Collection[Fact]) -> Hearing:
    """The questions a picture with these facts is asked; none where a question needs what it has not."""
    said = {fact.name: str(fact.value) for fact in facts}
    tags = {*product.tags, *brief.campaign.scene_tags}
    rules = {
        id: rule
        for id, rule in judge.book.questions.items()
        if said.keys() >= {*rule.needs} and tags.isdisjoint(rule.unless)
    }
    questions = tuple(
        Question(id, rule.words.format_map({**said, "product": product.name})) for id, rule in rules.items()
    )
    seen = {sight for rule in rules.values() for sight in rule.sights}
    return Hearing(questions, tuple(sight for sight in judge.book.captions if sight in seen))


def prompt_of(judge: Judge, hearing: Hearing) -> str:
    """The words of an inquiry: what is shown, in order, and the questions by the names their answers must have."""
    return "\n".join(_lines(judge, hearing))


def inquiry_of(judge: Judge, hearing: Hearing, views: Mapping[Sight, View]) -> Inquiry:
    """The inquiry about the views of one picture."""
    return Inquiry(
        provider=judge.provider,
        model=judge.model.id,
        prompt=prompt_of(judge, hearing),
        views=tuple(views[sight] for sight in hearing.sights),
        asked=tuple(question.id for question in hearing.questions),
        most_output_tokens=judge.book.most_output_tokens,
        thinking=judge.book.thinking,
    )


def inquiry_price(judge: Judge, hearing: Hearing) -> Micros:
    """What an inquiry is expected to cost."""
    expected = min(_EXPECTED_TOKENS * len(hearing.questions), judge.book.most_output_tokens)
    return judge.cost_micros(prompt_of(judge, hearing), len(hearing.sights), expected)


def most_inquiry_price(judge: Judge, hearing: Hearing) -> Micros:
    """What an inquiry costs at worst: its answer is as long as its limit lets it be."""
    return judge.cost_micros(prompt_of(judge, hearing), len(hearing.sights), judge.book.most_output_tokens)


def docket_path(judge: Judge, key: Digest) -> str:
    """Where a store notes that this judge has heard the picture of a request."""
    docket = digest_of(["docket", judge.sha256, key])
    return f"dockets/{docket[:2]}/{docket}.json"


def judge_quote(brief: Brief, masters: Iterable[Master], heard: Heard) -> JudgeQuote | None:
    """What the judge of a brief costs; None where it has none. `heard` says which of some paths are on file."""
    if (judge := brief.judge) is None:
        return None
    every = tuple(masters)
    dockets = {
        master.request.key: [docket_path(judge, one.key) for one in (master.request, *master.fallbacks)]
        for master in every
    }
    there = heard([path for paths in dockets.values() for path in paths])
    open_masters = [one for one in every if there.isdisjoint(dockets[one.request.key])]
    hearings = [
        hearing_of(brief, judge, brief.products[one.creative.product], one.request.prompt.facts) for one in open_masters
    ]
    asked = [hearing for hearing in hearings if hearing.questions]
    price = sum(inquiry_price(judge, hearing) for hearing in asked)
    most = sum(most_inquiry_price(judge, hearing) for hearing in asked) * brief.campaign.attempts
    return JudgeQuote(
        model=judge.model.id,
        inquiries=len(asked),
        canaries=round(len(asked) * judge.canaries),
        price_micros=math.ceil(price * (1 + judge.canaries)),
        most_micros=most * (2 if judge.canaries else 1),
    )


def _lines(judge: Judge, hearing: Hearing) -> Iterator[str]:
    book = judge.book
    yield book.preamble
    yield ""
    for number, sight in enumerate(hearing.sights, 1):
        yield f"Picture {number}: {book.captions[sight]}."
    yield ""
    for question in hearing.questions:
        yield f"{question.id}: {question.text}"
