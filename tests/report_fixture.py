"""A small run with everything a report must bear: five statuses, many scripts, hostile names and extreme shapes."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

from adlocalizer.domain import Box, Fact, Finding, SearchTrace, Severity, Source, Status
from adlocalizer.imaging.thumbnails import thumbnail
from adlocalizer.reporting import Card, Changes, FactMoved, MasterNote, Moved, RunReport, Words

TEMPLATES = Path(__file__).parent.parent / "templates" / "reports"
FORMATS = {
    "meta_story_9x16": ("meta", 1080, 1920),
    "meta_feed_4x5": ("meta", 1080, 1350),
    "meta_square_1x1": ("meta", 1080, 1080),
    "gads_landscape": ("google_ads", 1200, 628),
    "gads_rectangle": ("google_ads", 300, 250),
    "gads_leaderboard": ("google_ads", 728, 90),
    "gads_tower_1x4": ("google_ads", 160, 640),
}
CITIES = (
    ("jp-tokyo", "Tokyo", "東京", "APAC", "JP", "ja-JP", "夏を、ひとくち。"),
    ("th-bangkok", "Bangkok", "กรุงเทพมหานคร", "APAC", "TH", "th-TH", "สดชื่นทุกจิบ ในทุกวันของคุณ"),
    ("ae-dubai", "Dubai", "دبي", "EMEA", "AE", "ar-AE", "انتعاش الصيف في كل رشفة"),
    ("de-berlin", "Berlin", "Berlin", "EMEA", "DE", "de-DE", "Donaudampfschifffahrtsgesellschaft" * 4),
    ("xx-script", "<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "EMEA", "GB", "en-GB", "</script><b>"),
    ("fr-paris", "Paris\u202egnp.exe", "Paris", "EMEA", "FR", "fr-FR", "À l'eau, d'un trait"),
)
TINTS = ((206, 172, 128), (109, 151, 178), (222, 124, 92), (88, 108, 98), (150, 120, 160), (196, 190, 176))
OFF = {
    ("jp-tokyo", "gads_leaderboard"): Status.NEEDS_REVIEW,
    ("th-bangkok", "gads_leaderboard"): Status.NEEDS_REVIEW,
    ("th-bangkok", "gads_tower_1x4"): Status.REJECTED,
    ("ae-dubai", "gads_rectangle"): Status.REJECTED,
    ("de-berlin", "meta_story_9x16"): Status.REFUSED,
    ("de-berlin", "meta_feed_4x5"): Status.REFUSED,
    ("fr-paris", "gads_landscape"): Status.FAILED,
}
PLACES = {"jp-tokyo": (35.7, 139.7), "th-bangkok": (13.8, 100.5), "ae-dubai": (25.2, 55.3), "de-berlin": (52.5, 13.4)}
RULE = "ae-alcohol-1: No alcohol is advertised (Law 5, https://law.invalid/5)"
BLOCKED = Finding(check="market_rule", subject="x", severity=Severity.FAIL, text=f"{RULE};", remedy="leave it out")
SAID = Words(
    said=(("headline", "夏を、ひとくち。"), ("price", "¥150")), back_translation="Summer, a sip.", labels=("AI 生成",)
)
CHANGES = Changes(
    since=date(2027, 2, 28),
    moved=(Moved("spring-launch.jp-tokyo.ja-JP.solara-can.v1.meta_story_9x16", "failed", "delivered"),),
    same_pictures=30,
    new_pictures=7,
    cost_before_micros=400_000,
    cost_after_micros=468_000,
    facts=(FactMoved("weather", 2, (("Tokyo", "rain", "clear"),)),),
)
REASONS = {
    Status.DELIVERED: "",
    Status.NEEDS_REVIEW: "letters are 9 px high, the placement asks for 11",
    Status.REJECTED: "the copy stands on the product",
    Status.REFUSED: "the provider will not draw this prompt (safety)",
    Status.FAILED: "no answer came after 5 tries",
}
CHECKS = {Status.NEEDS_REVIEW: ("letter_height", Severity.REVIEW), Status.REJECTED: ("copy_off_product", Severity.FAIL)}


class Said(NamedTuple):
    """What strangers say about a picture that was drawn with Google Search."""

    words: str
    query: str
    uri: str
    html: str


PLAIN_WORDS = Said(
    "make the sky darker",
    "tokyo tower",
    "https://a.invalid/tower",
    "<style>\n.chip { color: rgb(1, 2, 3) }\n</style>\n"
    '<a class="chip" href="https://search.invalid/?q=tokyo">tokyo tower</a>\n',
)


def hostile_words(host: str) -> Said:
    """Words that would run a script, and HTML that would ask the host for something or lead the page away to it."""
    return Said(
        "<img src=x onerror=hacked=1></script><script>hacked=2</script>",
        "<b onclick=hacked=3>\u202e",
        "javascript:hacked=4",
        f"<script>top.hacked=5</script><img src={host}/a.png onerror=top.hacked=6>"
        f"<meta http-equiv=refresh content='0;url={host}/refresh'><iframe src={host}/frame></iframe>"
        f"<style>@import '{host}/a.css'; body {{ background: url({host}/b.png) }}</style>"
        f"<form action={host}/form><button id=send>send</button></form>"
        f"<a id=away href={host}/away target=_top>away</a></iframe></script><script>hacked=7</script>",
    )


def picture(number: int, width: int, height: int) -> bytes:
    """A drawn stand-in for an ad: sky, ground, a can and two lines of copy."""
    sky = TINTS[number % len(TINTS)]
    image = Image.new("RGB", (width, height), sky)
    pen, unit = ImageDraw.Draw(image), min(width, height)
    pen.rectangle((0, height * 0.72, width, height), fill=tuple(part // 2 for part in sky))
    pen.ellipse(
        (width * 0.66, height * 0.1, width * 0.66 + unit * 0.24, height * 0.1 + unit * 0.24), fill=(250, 236, 200)
    )
    left, top = width * 0.42, height * 0.42
    pen.rounded_rectangle((left, top, left + unit * 0.22, top + unit * 0.42), unit * 0.04, fill=(238, 240, 240))
    for line, share in ((0.08, 0.5), (0.19, 0.34)):
        pen.rectangle((unit * 0.08, unit * line, unit * (0.08 + share), unit * (line + 0.07)), fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def small_report() -> RunReport:
    """Six cities in seven formats and two regions."""
    cards = tuple(card(number, place, name) for number, place in enumerate(CITIES) for name in FORMATS)
    keys = {one.master_key: one for one in cards if one.master_key}
    return RunReport(
        campaign="spring-launch",
        title="Spring launch: a can of sun",
        logical_date=date(2027, 3, 1),
        cards=cards,
        masters={key: note(key, one) for key, one in keys.items()},
        gates=GATES,
        calls=12,
        kept=5,
        cost_micros=468_000,
        versions={"adlocalizer": "0.1.0", "preview-1": "2027-01"},
        disclosures=("Preview pictures are drawn by this program, not generated by AI.",),
        bundles={"APAC": "bundles/spring-launch_2027-03-01_APAC.zip"},
        data_ages=("Climate normals 1991-2020, read 2026-11", "Landmark table, checked 2026-11-22"),
    )


def searched_report(said: Said = PLAIN_WORDS) -> RunReport:
    """The small report; Tokyo's pictures are edits, drawn with Google Search, and their model said something."""
    report = small_report()
    trace = SearchTrace(
        queries=(said.query, "tokyo in spring"),
        image_queries=(said.query,),
        sources=(Source(said.uri, said.words), Source("https://b.invalid/p", "", "https://b.invalid/p.jpg")),
        entry_point=said.html,
    )
    edited = {"variant": 2, "parent_variant": 1, "instruction": said.words}
    told = {"model_version": f"preview-1-{said.words}", "text": said.words, "search": trace}
    cards = [one.model_copy(update=edited) if one.city_id == "jp-tokyo" else one for one in report.cards]
    asked = {one.master_key for one in cards if one.parent_variant}
    masters = {key: note.model_copy(update=told) if key in asked else note for key, note in report.masters.items()}
    return report.model_copy(update={"cards": tuple(cards), "masters": masters})


def full_report() -> RunReport:
    """The searched report with all a run may know."""
    plain = searched_report()
    boxes = {"safe": Box(x=0.05, y=0.1, w=0.9, h=0.8), "copy_boxes": (Box(x=0.1, y=0.1, w=0.5, h=0.1),)}
    cards = [one.model_copy(update=boxes | {"product_box": Box(x=0.4, y=0.4, w=0.2, h=0.4)}) for one in plain.cards]
    of_dubai = {"status": Status.REJECTED, "findings": (BLOCKED,), "reason": RULE}
    cards = [one.model_copy(update=of_dubai) if one.city_id == "ae-dubai" else one for one in cards]
    masters = {key: note.model_copy(update={"price_micros": 39_000}) for key, note in plain.masters.items()}
    over = {"cards": tuple(cards), "masters": masters, "places": PLACES, "waits": {"2": 3, "5": 20, "50": 1}}
    words = {"spring-launch.jp-tokyo.ja-JP.solara-can.v1": SAID}
    return plain.model_copy(update=over | {"changes": CHANGES, "words": words})


def card(number: int, place: tuple[str, ...], format_id: str) -> Card:
    """A city's card in one format."""
    city_id, city, local_name, region, market, locale, headline = place
    platform, width, height = FORMATS[format_id]
    status = OFF.get((city_id, format_id), Status.DELIVERED)
    name = f"spring-launch.{city_id}.{locale}.solara-can.v1.{format_id}"
    has_file = status not in (Status.REFUSED, Status.FAILED)
    ratio = "16:9" if width > height else "1:1" if width == height else "9:16"
    return Card(
        rendition_id=name,
        status=status,
        reason=REASONS[status],
        region=region,
        market=market,
        city_id=city_id,
        city=city,
        local_name=local_name,
        locale=locale,
        direction="rtl" if locale == "ar-AE" else "ltr",
        format_id=format_id,
        platform=platform,
        width=width,
        height=height,
        product="solara-can",
        variant=1,
        thumb=f"thumbs/{name}.webp" if has_file else None,
        full=f"full/{name}.jpg" if has_file else None,
        mime="image/jpeg" if has_file else None,
        bytes=182_331 if has_file else None,
        sha256=hashlib.sha256(name.encode()).hexdigest() if has_file else None,
        approval="pending" if status is Status.NEEDS_REVIEW else "none",
        findings=findings(name, status),
        cost_micros=11_142,
        attempts=1,
        provider="preview",
        model="preview-1",
        master_key=f"{number:02d}{ratio.replace(':', '')}".ljust(64, "0") if status is not Status.FAILED else None,
        headline=headline,
    )


def findings(subject: str, status: Status) -> tuple[Finding, ...]:
    """Two checks that pass and, when the status has one, the check that spoke."""
    passed = [
        Finding(check=check, subject=subject, severity=Severity.PASS, text="fine", value=value, threshold=limit)
        for check, value, limit in (("copy_contrast", 7.31, 4.5), ("file_bytes", 182_331, 5_242_880))
    ]
    if status not in CHECKS:
        return tuple(passed)
    check, severity = CHECKS[status]
    remedy = "shorten the headline of this locale in the copy table" if severity is Severity.REVIEW else "move the copy"
    spoken = Finding(
        check=check, subject=subject, severity=severity, text=REASONS[status], value=9, threshold=11, remedy=remedy
    )
    return (*passed, spoken)


def note(key: str, one: Card) -> MasterNote:
    """How a card's master was made."""
    facts = (
        Fact(name="season", value="spring", text="early spring", source="calendar", as_of="2027-03-01"),
        Fact(name="light", value="golden", text="low golden light", source="sun position", certainty="exact"),
        Fact(
            name="landmark", value=one.city, text=f"the tower of {one.city}", source="landmark table", as_of="2026-11"
        ),
        Fact(name="temperature_celsius", value=11.4, text="11 °C", source="climate table", certainty="typical"),
    )
    ratio = {"16": "16:9", "11": "1:1", "91": "9:16"}[key[2:4]]
    prompt = f"A can of Solara stands in {one.city}.\nEarly spring, low golden light.\nFrame {ratio}, no letters."
    return MasterNote(
        key=key, ratio=ratio, size="1K", prompt=prompt, facts=facts, prompt_sha256="ab" * 32, cost_micros=39_000
    )


def write_pictures(report: RunReport, folder: Path) -> dict[str, bytes]:
    """Write each card's picture and thumbnail where the card says; returns the thumbnails by rendition id."""
    small = {}
    for number, one in enumerate(report.cards):
        if one.full and one.thumb:
            whole = picture(number // len(FORMATS), one.width, one.height)
            small[one.rendition_id] = thumbnail(whole)
            for href, content in ((one.full, whole), (one.thumb, small[one.rendition_id])):
                (folder / href).parent.mkdir(parents=True, exist_ok=True)
                (folder / href).write_bytes(content)
    return small


GATES = (
    Finding(
        check="cities_latitude", subject="cities.csv", severity=Severity.PASS, text="Every latitude is from -90 to 90."
    ),
    Finding(check="cities_unique", subject="cities.csv", severity=Severity.PASS, text="No two rows have one id."),
    Finding(
        check="copy_length",
        subject="copy.csv",
        severity=Severity.REVIEW,
        text="No headline is longer than 60 letters: lines 5 (de-DE).",
        value=1,
        remedy="shorten it, it will be set small",
    ),
)
