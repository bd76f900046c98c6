"""The report of 600 and 5,000 made-up ads: how long it takes to build, and how heavy its pages are.

    python benchmarks/report.py [--ads 600 5000] [--folder DIR]

Prompts, facts and findings are as long and as alike as a run's: 12 formats, five masters a city, 33 facts, 25 checks,
one ad in twenty that somebody must look at. With `--folder` the pages are kept, with drawn thumbnails.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from PIL import Image, ImageDraw

from adlocalizer.domain import Box, Fact, Finding, Severity, Status
from adlocalizer.reporting import Card, MasterNote, RunReport, Words, render_report

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates" / "reports"
FORMATS = (
    ("meta", "stories", 1080, 1920),
    ("meta", "feed", 1080, 1350),
    ("meta", "square", 1080, 1080),
    ("linkedin", "carousel_card", 1080, 1080),
    ("reddit", "image_ad", 1080, 1350),
    ("x", "image_landscape", 1200, 628),
    ("google_ads", "medium_rectangle", 300, 250),
    ("google_ads", "wide_skyscraper", 160, 600),
    ("google_ads", "leaderboard", 728, 90),
    ("google_ads", "super_leaderboard", 970, 90),
    ("google_ads", "banner", 468, 60),
    ("google_ads", "half_page", 300, 600),
)
REGIONS, MASTERS, FACTS, CHECKS, PROMPT_LINES = ("APAC", "EMEA", "LATAM", "NA"), 5, 33, 25, 40
OFF = (Status.NEEDS_REVIEW, Status.REJECTED, Status.REFUSED, Status.FAILED)


def made_up(ads: int) -> RunReport:
    """A run of so many ads, the same every time."""
    chance = random.Random(7)  # noqa: S311 - an example that is the same each time
    cities = -(-ads // len(FORMATS))
    cards = tuple(card for city in range(cities) for card in _cards(chance, city))[:ads]
    keys = {card.master_key: card for card in cards if card.master_key}
    creatives = {card.creative_id for card in cards}
    return RunReport(
        campaign="made-up",
        title="Made-up cities",
        logical_date=date(2027, 3, 1),
        cards=cards,
        masters={key: _master(key, card) for key, card in keys.items()},
        calls=len(keys),
        cost_micros=39_000 * len(keys),
        disclosures=("Pictures are made with AI.",),
        places={f"c-{n}": (chance.uniform(-50, 65), chance.uniform(-120, 150)) for n in range(cities)},
        waits={"5": len(keys) // 2, "10": len(keys) // 2},
        words={name: Words(said=(("headline", "A line of copy."), ("price", "€2.49"))) for name in creatives},
    )


def build(folder: Path, ads: int) -> Path:
    """Write the report of a made-up run with its thumbnails; returns its first page."""
    report = made_up(ads)
    for name, page in render_report(report, TEMPLATES).items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(page, encoding="utf-8")
    for card in report.cards:
        if card.thumb:
            thumb = folder / card.thumb
            thumb.parent.mkdir(exist_ok=True)
            thumb.write_bytes(_drawn(card))
    return folder / "index.html"


def measured(ads: int) -> str:
    """A row of the table: ads, CPU milliseconds an ad, megabytes of all pages, the heaviest page, its cards."""
    report = made_up(ads)
    began = time.process_time()
    pages = render_report(report, TEMPLATES)
    spent = time.process_time() - began
    sizes = {name: len(page.encode()) for name, page in pages.items()}
    heaviest = max(sizes, key=lambda name: sizes[name])
    cards = pages[heaviest].count('<article class="card')
    figures = (f"{ads:,}", f"{1000 * spent / ads:.2f}", f"{sum(sizes.values()) / 1e6:.2f}", f"{len(pages)}")
    return "| " + " | ".join((*figures, f"{sizes[heaviest] / 1e6:.2f}", f"{cards:,}")) + " |"


def _cards(chance: random.Random, city: int) -> Iterator[Card]:
    region = REGIONS[city % len(REGIONS)]
    for number, (platform, placement, width, height) in enumerate(FORMATS):
        status = chance.choice(OFF) if chance.random() < 0.05 else Status.DELIVERED
        has_file = status not in (Status.REFUSED, Status.FAILED)
        format_id = f"{platform}_{placement}_{width}x{height}"
        name = f"made-up.c-{city}.en-GB.solara-can.v1.{format_id}"
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        yield Card(
            rendition_id=name,
            status=status,
            reason="" if status is Status.DELIVERED else "the copy stands on the product",
            **{"region": region, "market": "GB", "city_id": f"c-{city}", "city": f"City {city}"},
            **{"local_name": f"City {city}", "locale": "en-GB", "format_id": format_id, "platform": platform},
            **{"placement": placement, "width": width, "height": height, "product": "solara-can", "variant": 1},
            thumb=f"thumbs/{sha256[:24]}.jpg" if has_file else None,
            full=f"full/{name}.jpg" if has_file else None,
            **{"mime": "image/jpeg", "bytes": chance.randrange(20_000, 150_000), "sha256": sha256} if has_file else {},
            findings=tuple(_findings(chance, name, status)),
            **{"cost_micros": 16_250, "attempts": 1, "provider": "gemini", "model": "gemini-nano-banana-2.1"},
            master_key=hashlib.sha256(f"{city} {number % MASTERS}".encode()).hexdigest() if has_file else None,
            headline="A line of copy.",
            safe=Box(x=0.05, y=0.14, w=0.9, h=0.6),
            product_box=Box(x=0.4, y=0.4, w=0.2, h=0.4),
            copy_boxes=tuple(Box(x=0.1, y=0.1 + n / 10, w=0.5, h=0.08) for n in range(6)),
        )


def _findings(chance: random.Random, name: str, status: Status) -> Iterator[Finding]:
    for number in range(CHECKS):
        value = round(chance.uniform(0, 9), 2) if number % 3 == 0 else number
        yield Finding(
            check=f"check_{number}", subject=name, severity=Severity.PASS, text="fine", value=value, threshold=4.5
        )
    if status is not Status.DELIVERED:
        said = {"text": "the copy stands on the product", "value": 3.2, "threshold": 1, "remedy": "move the copy"}
        yield Finding(check="copy_off_product", subject=name, severity=Severity.FAIL, **said)


def _master(key: str, card: Card) -> MasterNote:
    facts = tuple(
        Fact(
            name=f"fact_{n}", value=n, text=f"what is known of {card.city}, {n}", source=f"table {n % 9}", as_of="2027"
        )
        for n in range(FACTS)
    )
    lines = [f"Line {n} of the prompt: " + "what the picture shows, and where. " * 3 for n in range(PROMPT_LINES)]
    prompt = "\n".join([f"Create a photograph in {card.city}.", *lines, f"The frame is {key[:4]}."])
    return MasterNote(
        key=key,
        **{"ratio": "9:16", "size": "1K", "prompt": prompt, "facts": facts, "prompt_sha256": key},
        **{"cost_micros": 39_000, "price_micros": 39_000},
    )


def _drawn(card: Card) -> bytes:
    scale = 360 / max(card.width, card.height)
    tint = tuple(int(card.rendition_id.encode().hex()[-n], 16) * 9 + 90 for n in (2, 4, 6))
    image = Image.new("RGB", (max(1, round(card.width * scale)), max(1, round(card.height * scale))), tint)
    ImageDraw.Draw(image).ellipse((20, 20, 60, 60), fill="white")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


def main() -> None:
    """Print the table; keep the pages where a folder is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", nargs="+", type=int, default=[600, 5000], help="How many ads a run has")
    parser.add_argument("--folder", type=Path, help="Where the pages are kept")
    wanted = parser.parse_args()
    measured(12)  # the templates are compiled once a process
    print("| ads | CPU ms an ad | MB of pages | pages | MB of the heaviest | its cards |")
    print("| --- | --- | --- | --- | --- | --- |")
    for ads in wanted.ads:
        print(measured(ads))
        if wanted.folder:
            build(wanted.folder / str(ads), ads)


if __name__ == "__main__":
    main()
