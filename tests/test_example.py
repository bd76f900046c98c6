"""The committed example report is what `make example` builds."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from .commands import overheard

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "reports" / "example"
RUNS = (("2026-12-01", "--select", "*.jp-tokyo.*"), ("2026-12-02",))
"""As in the Makefile: the second shows what changed since the first."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.integration]


@pytest.fixture(scope="module")
def built(tmp_path_factory, prefect_server) -> Path:
    folder = tmp_path_factory.mktemp("example")
    places = ["--store", str(folder / "store"), "--reports", str(folder / "reports")]
    for run in RUNS:
        said = overheard(["run", "example", "--date", *run, *places], {"ADLOCALIZER_PROJECT": str(ROOT)})
        assert said.status == 0, said.errors
    return folder / "reports" / "example" / RUNS[-1][0]


def settled(text: str) -> str:
    """The page without digests, sizes of files and waits: machines are not equally quick, and pixels may differ."""
    text = re.sub(r'<div class="waits">.*?</details>\s*</div>', "", text, flags=re.DOTALL)
    return re.sub(r"[\d.,]+ ?[kM]?B\b", "SIZE", re.sub(r"\b[0-9a-f]{24,64}\b", "DIGEST", text))


@pytest.mark.parametrize("page", ["index.html", "APAC.html", "EMEA.html", "LATAM.html"])
def test_a_page_of_the_example_is_what_a_run_builds(page, built):
    assert settled((EXAMPLE / page).read_text("utf-8")) == settled((built / page).read_text("utf-8"))


def test_the_example_has_the_pictures_a_run_makes(built):
    names = {path.name for path in (built / "full").iterdir()}
    assert {path.name for path in (EXAMPLE / "full").iterdir()} == names
    for name in names:
        ours, theirs = (pixels((folder / "full" / name).read_bytes()) for folder in (EXAMPLE, built))
        assert np.abs(ours - theirs).mean() < 2


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(np.int16)
