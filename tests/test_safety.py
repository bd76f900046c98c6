"""Screens for harm: the provider's ratings are kept and heeded, a local screen runs only where it is asked for."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from adlocalizer.checks import MasterSubject, check_master
from adlocalizer.config import find_project
from adlocalizer.domain import Answer, CheckBook, Finding, SafetyRating, Severity
from adlocalizer.errors import ConfigError
from adlocalizer.gemini.reading import Asked, read_answer
from adlocalizer.pictures import look_at
from tests.gemini_requests import MODEL, request

ROOT = Path(__file__).parents[1]
BOOK = find_project(ROOT).checks()
SHOT = (ROOT / "data" / "products" / "solara-can.png").read_bytes()


def rated(*ratings: SafetyRating) -> Answer:
    return Answer(key="0" * 64, kind="picture", safety=ratings)


def finding(check: str, answer: Answer, screens: tuple[str, ...] = ()) -> Finding:
    rules = CheckBook(checks={one: rule.model_copy(update={"severity": "review"}) for one, rule in BOOK.checks.items()})
    subject = MasterSubject("k", SHOT, request(), answer, SHOT, screens=screens)
    return next(one for one in check_master(subject, rules) if one.check == check)


def test_ratings_of_picture_and_prompt_are_kept():
    rating = {"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}
    body = {
        "candidates": [{"content": {"parts": []}, "finishReason": "STOP", "safetyRatings": [rating]}],
        "promptFeedback": {"safetyRatings": [rating | {"probability": "HIGH", "blocked": True}]},
    }
    kept = read_answer(json.dumps(body), Asked(request(), MODEL)).answer.safety
    assert kept == (
        SafetyRating("HARM_CATEGORY_HARASSMENT", "LOW"),
        SafetyRating("HARM_CATEGORY_HARASSMENT", "HIGH", blocked=True),
    )


def test_a_picture_without_a_rating_passes():
    assert finding("provider_safety", rated()).severity is Severity.PASS


@pytest.mark.parametrize("word", ["NEGLIGIBLE", "LOW"])
def test_little_harm_passes(word):
    assert finding("provider_safety", rated(SafetyRating("HARM_CATEGORY_HARASSMENT", word))).severity is Severity.PASS


@pytest.mark.parametrize("word", ["MEDIUM", "HIGH", "UNHEARD_OF", ""])
def test_more_harm_or_an_unknown_word_asks_a_person(word):
    found = finding("provider_safety", rated(SafetyRating("HARM_CATEGORY_DANGEROUS_CONTENT", word)))
    assert found.severity is Severity.REVIEW


def test_a_rating_that_blocks_outweighs_the_others():
    ratings = (SafetyRating("HARM_CATEGORY_HARASSMENT", "HIGH"), SafetyRating("X", "LOW", blocked=True))
    assert finding("provider_safety", rated(*ratings)).value == 4


def test_no_local_screen_runs_unless_it_is_asked_for():
    assert finding("nudity", rated()).text == "No local screen was asked for."


@pytest.mark.skipif(importlib.util.find_spec("nudenet") is not None, reason="nudenet is installed")
def test_a_screen_that_is_missing_asks_a_person():
    assert finding("nudity", rated(), ("nudity",)).severity is Severity.REVIEW


@pytest.mark.skipif(importlib.util.find_spec("nudenet") is not None, reason="nudenet is installed")
def test_a_campaign_that_asks_for_a_missing_screen_is_told_what_to_install():
    project = find_project(ROOT)
    campaign = project.campaign("demo").model_copy(update={"screens": ("nudity",)})
    with pytest.raises(ConfigError, match=r"nudity needs nudenet.*pip install nudenet"):
        look_at(project, campaign, {}, project.brand(campaign.brand))
