"""The committed example report is what `make example` builds, and shows every section with what a run found."""

from __future__ import annotations

import html
import io
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .commands import overheard

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "reports" / "example"
PAGES = {path.name: path.read_text("utf-8") for path in EXAMPLE.glob("*.html")}
INDEX, GALLERY = PAGES["index.html"], "".join(html for name, html in PAGES.items() if name != "index.html")
MADE_BY = re.search(r"^define EXAMPLE\n(.*?)^endef", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE | re.DOTALL)
PAID = {"h-found"}
"""Sections only a model that is paid can fill, as docs/reports.md says."""


@pytest.fixture(scope="module")
def built(tmp_path_factory, prefect_server) -> Path:
    folder = tmp_path_factory.mktemp("example")
    places = ["--store", str(folder / "store"), "--reports", str(folder / "reports")]
    for line in MADE_BY[1].splitlines():
        said = overheard([*shlex.split(line), *places], {"ADLOCALIZER_PROJECT": str(ROOT)})
        assert said.status in (0, 3), said.errors
    return folder / "reports" / "morning_example" / "2026-12-02"


def settled(text: str) -> str:
    """The page without digests, sizes of files and waits: machines are not equally quick, and pixels may differ."""
    text = re.sub(r'<div class="waits">.*?</details>\s*</div>', "", text, flags=re.DOTALL)
    return re.sub(r"[\d.,]+ ?[kM]?B\b", "SIZE", re.sub(r"\b[0-9a-f]{24,64}\b", "DIGEST", text))


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(np.int16)


def as_built(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that makes the example again."""
    for mark in (pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.integration):
        test = mark(test)
    return test


@as_built
@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_of_the_example_is_what_a_run_builds(page, built):
    assert settled(PAGES[page]) == settled((built / page).read_text("utf-8"))


@as_built
def test_the_example_has_the_pictures_a_run_makes(built):
    names = {path.name for path in (built / "full").iterdir()}
    assert {path.name for path in (EXAMPLE / "full").iterdir()} == names
    for name in names:
        ours, theirs = (pixels((folder / "full" / name).read_bytes()) for folder in (EXAMPLE, built))
        assert np.abs(ours - theirs).mean() < 2


def section(name: str) -> str:
    return re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', INDEX, re.DOTALL).group()


def test_every_section_stands_in_the_example_but_those_only_a_paid_model_fills():
    files = (ROOT / "templates" / "reports" / "sections").glob("*.j2")
    known = set(re.findall(r'aria-labelledby="([^"]+)"', "".join(path.read_text("utf-8") for path in files)))
    assert known - set(re.findall(r'aria-labelledby="([^"]+)"', INDEX)) == PAID


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("h-attention", 'class="troubles"'),
        ("h-attention", "cn-superlatives-1"),
        ("h-map", 'href="#s-rejected"'),
        ("h-changes", "Needs review"),
        ("h-regions", "bundles/morning_example_2026-12-02_EMEA.zip"),
        ("h-matrix", "no picture"),
        ("h-checks", "Worst offenders"),
        ("h-pace", "pictures were accepted at the first attempt"),
        ("h-gates", "latitude"),
        ("h-rules", "Advertising Law of the People's Republic of China"),
        ("h-rules", 'rel="noopener noreferrer" target="_blank">Source</a>'),
        ("h-facts", "Al Fahidi"),
    ],
)
def test_a_section_of_the_example_has_something_to_say(name, shown):
    assert shown in html.unescape(section(name))


@pytest.mark.parametrize("state", ["delivered", "needs_review", "rejected", "failed"])
def test_every_state_a_free_model_has_is_in_the_example(state):
    assert f'data-state="{state}"' in GALLERY


@pytest.mark.parametrize(
    "shown",
    [
        "asked first",
        "not accepted",
        "accepted",
        'alt="Evidence: quiet area"',
        "limit 0.17",
        'class="remedy"',
        'alt="Attempt 1"',
        'alt="Attempt 2, taken"',
        'alt="Version 1"',
        'alt="Version 2"',
        "an edit of version 1: a calmer sky",
        "<dt>In English</dt>",
        "<dt>Why so</dt>",
        'class="safe"',
        'class="copy"',
        'class="product"',
        'class="crop"',
        'data-approval="approved"',
        'data-approval="pending"',
        'data-approval="rejected"',
    ],
)
def test_a_creative_s_place_is_shown_whole_in_the_example(shown):
    assert shown in GALLERY


def test_the_example_stays_small_enough_for_a_repository():
    assert sum(path.stat().st_size for path in EXAMPLE.rglob("*") if path.is_file()) < 8_000_000
