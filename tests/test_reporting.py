"""The report: figures that add up, text that stays text, pages that ask for nothing and are the same every time."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from adlocalizer.domain import (
    Answer,
    Asset,
    Counts,
    Edited,
    Finding,
    Master,
    Outcome,
    Reply,
    Revision,
    SearchTrace,
    Severity,
    Status,
)
from adlocalizer.errors import BadAnswer, ConfigError
from adlocalizer.imaging.thumbnails import thumbnail
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan, rendition_of
from adlocalizer.publishing.account import Account, Hrefs, run_report
from adlocalizer.reporting import RunReport, attention, gallery, render_report, render_single, tallying, wording
from adlocalizer.store import Ledger, Store

from . import projects
from . import report_fixture as fixture

REPORT = fixture.small_report()
PAGES = render_report(REPORT, fixture.TEMPLATES)
UNDELIVERED = tuple(status for status in Status if status is not Status.DELIVERED)


TOKYO = REPORT.cards[0].master_key


class Page(HTMLParser):
    """A page's tags, as a browser would see them."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


SEARCHED = render_report(fixture.searched_report(), fixture.TEMPLATES)["APAC.html"]


def only(*cards):
    return REPORT.model_copy(update={"cards": cards})


def many(count: int, region: str = "EMEA") -> RunReport:
    one = REPORT.cards[0]
    return only(
        *(
            one.model_copy(update={"rendition_id": f"r{n:05d}", "city_id": f"c{n // 7:05d}", "region": region})
            for n in range(count)
        )
    )


def notes_of(html: str):
    return json.loads(re.search(r'id="notes">(.*?)</script>', html, re.DOTALL)[1])


def test_equal_reports_give_equal_pages_in_any_order_of_cards():
    assert render_report(only(*reversed(REPORT.cards)), fixture.TEMPLATES) == PAGES


def test_a_report_has_an_index_and_a_page_per_region():
    assert set(PAGES) == {"index.html", "APAC.html", "EMEA.html"}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_names_another_host(name):
    assert not re.search(r"(https?:)?//[a-z0-9]", PAGES[name], re.IGNORECASE)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_an_inline_handler_or_style(name):
    found = {attribute for _, attributes in Page(PAGES[name]).tags for attribute in attributes}
    assert not {attribute for attribute in found if attribute.startswith("on") or attribute == "style"}


@pytest.mark.parametrize(
    ("name", "tag", "directive"), [(n, "style", "style-src") for n in PAGES] + [("EMEA.html", "script", "script-src")]
)
def test_the_policy_names_the_digest_of_the_inline_text(name, tag, directive):
    inline = re.search(rf"<{tag}>(.*?)</{tag}>", PAGES[name], re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert f"{directive} 'sha256-{digest}'" in PAGES[name]


def test_the_policy_names_the_digest_of_each_style_of_the_suggestions_once():
    style = "\n.chip { color: rgb(1, 2, 3) }\n"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert SEARCHED.count(f"' 'sha256-{digest}'; script-src") == SEARCHED.count(digest) == 1


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_forbids_all_it_does_not_name(name):
    policy = next(tag["content"] for tag in Page(PAGES[name]).named("meta") if "http-equiv" in tag)
    assert policy.startswith("default-src 'none'; img-src 'self' data: file:;")


def test_the_index_runs_no_script():
    assert "script-src 'none'" in PAGES["index.html"]
    assert not Page(PAGES["index.html"]).named("script")


@pytest.mark.parametrize("name", PAGES)
def test_hostile_names_stay_text(name):
    assert "<script>alert" not in PAGES[name]
    assert not any(tag.get("src") == "x" for tag in Page(PAGES[name]).named("img"))


HOSTILE = st.text(
    st.sampled_from("<>&\"'/\\ascript=\u202e\u2066\u200f\x00\x1f{}%`") | st.characters(codec="utf-8"), max_size=30
)


@settings(max_examples=25, deadline=None)
@given(text=HOSTILE)
def test_no_text_adds_a_tag_to_a_page(text):
    words = {"city": text, "local_name": text + "x", "headline": text + "x", "reason": text + "x", "locale": text}
    words |= {"parent_variant": 1, "instruction": text}
    assert tags_of(words) == tame_tags()


def tags_of(words: dict[str, object]) -> list[list[str]]:
    pages = render_report(only(REPORT.cards[0].model_copy(update=words)), fixture.TEMPLATES)
    return [[tag for tag, _ in Page(page).tags] for page in pages.values()]


@functools.cache
def tame_tags() -> list[list[str]]:
    named = dict.fromkeys(("local_name", "headline", "reason", "locale", "instruction"), "x")
    return tags_of({**named, "city": "y", "parent_variant": 1})


@settings(max_examples=25, deadline=None)
@given(text=HOSTILE)
def test_the_pages_notes_are_read_back_as_they_were_said(text):
    key = REPORT.cards[0].master_key
    masters = {key: REPORT.masters[key].model_copy(update={"prompt": f"a{text}"})}
    report = only(REPORT.cards[0]).model_copy(update={"masters": masters})
    notes = notes_of(render_report(report, fixture.TEMPLATES)["APAC.html"])
    lines = [notes["lines"][number] for number in notes["masters"][key]["prompt"]]
    assert lines == [wording.plain(line) for line in f"a{text}".splitlines()]


@settings(max_examples=25, deadline=None)
@given(text=HOSTILE)
def test_what_strangers_said_adds_no_tag_to_a_page(text):
    said = fixture.Said(text, text, text, text)
    html = render_report(fixture.searched_report(said), fixture.TEMPLATES)["APAC.html"]
    assert [tag for tag, _ in Page(html).tags] == [tag for tag, _ in Page(SEARCHED).tags]


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<b>\nA &amp; B</b> '\"\u2028\t</script>", "<b>\nA &amp; B</b> '\"\u2028\t</script>"),
        ("\u200f\u05d0\u202e", "&#8207;\u05d0&#8238;"),
    ],
)
def test_search_suggestions_are_kept_to_the_letter(html, kept):
    report = fixture.searched_report(fixture.PLAIN_WORDS._replace(html=html))
    notes = notes_of(render_report(report, fixture.TEMPLATES)["APAC.html"])
    search = notes["masters"][TOKYO]["search"]
    assert "\n".join(notes["lines"][number] for number in search["suggestions"]) == kept


@pytest.mark.parametrize(
    ("uri", "link"),
    [("https://a.invalid/b?c#d", "https://a.invalid/b?c#d"), ("HTTP://a.invalid", "HTTP://a.invalid")]
    + [
        (bad, "")
        for bad in ("javascript:x", " https://a", "data:text/html,x", "//a/b", "/a", "https:a", "java\nscript:")
    ],
)
def test_a_source_is_a_link_only_when_its_address_is_of_the_web(uri, link):
    report = fixture.searched_report(fixture.PLAIN_WORDS._replace(uri=uri))
    notes = notes_of(render_report(report, fixture.TEMPLATES)["APAC.html"])
    assert notes["masters"][TOKYO]["search"]["sources"][0] == ["make the sky darker", link, ""]


@pytest.mark.parametrize("name", PAGES)
def test_no_page_holds_a_character_that_turns_its_text(name):
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]|\\\\u20", PAGES[name])


@pytest.mark.parametrize(
    "href", ["/etc/passwd", "https://a/b", "//a/b", "javascript:x", "data:text/html,x", "a\\b", "", "C:/x", "a\nb"]
)
def test_a_link_that_is_not_relative_is_refused(href):
    with pytest.raises(ValidationError, match="relative"):
        REPORT.cards[0].__class__.model_validate(REPORT.cards[0].model_dump() | {"full": href})


def test_a_link_is_percent_encoded():
    one = REPORT.cards[0].model_copy(update={"full": "full/a b#c?d%.jpg"})
    page = Page(render_report(only(one), fixture.TEMPLATES)["APAC.html"])
    assert [tag["href"] for tag in page.named("a") if tag.get("class") == "shot"] == ["full/a%20b%23c%3Fd%25.jpg"]


def test_every_link_leads_to_a_page_a_picture_or_a_bundle_of_the_report(tmp_path: Path):
    fixture.write_pictures(REPORT, tmp_path)
    known = {
        *PAGES,
        *REPORT.bundles.values(),
        *(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()),
    }
    tags = [tag for html in PAGES.values() for tag in Page(html).named("a") + Page(html).named("img")]
    linked = {urlsplit(tag.get("href") or tag.get("src") or "").path for tag in tags} - {""}
    assert {unquote(path) for path in linked} <= known


def test_the_five_statuses_sum_to_the_plan():
    counts = tallying.tally(REPORT.cards)
    assert counts.planned == len(REPORT.cards) == sum(getattr(counts, status.value) for status in Status)


def test_coverage_counts_every_card_once():
    rows = tallying.coverage(gallery.paginate(REPORT))
    assert sum((row.total for row in rows), Counts()) == tallying.tally(REPORT.cards)
    assert all(sum((cell.counts for cell in row.cells), Counts()) == row.total for row in rows)


def test_a_platform_is_written_as_people_write_it():
    card = REPORT.cards[0].model_copy(update={"platform": "tiktok", "platform_name": "TikTok", "placement": "in_feed"})
    assert card.shown_on == "TikTok · in feed"
    page = render_report(only(card), fixture.TEMPLATES)[f"{card.region}.html"]
    assert '<option value="tiktok">TikTok</option>' in page


def test_a_platform_without_a_name_is_written_as_its_id():
    card = REPORT.cards[0].model_copy(update={"platform": "acme_tv", "placement": "spot"})
    assert card.shown_on == "acme tv · spot"


def test_a_run_says_how_its_platforms_are_written(tmp_path):
    plan = plan_order(projects.small_order(projects.make_project(tmp_path))).plan
    names = plan.brief.platform_names
    assert {names[one.platform] for one in plan.brief.formats.values()} <= {"Google Ads", "Meta", "TikTok", "X"}


def test_a_format_a_region_does_not_have_is_a_dash_not_a_link():
    cards = [one for one in REPORT.cards if one.region == "EMEA" or one.format_id == "meta_feed_4x5"]
    row = next(r for r in tallying.coverage(gallery.paginate(only(*cards))) if r.format_id == "gads_landscape")
    assert [cell.href for cell in row.cells] == [None, "EMEA.html#format=gads_landscape"]


@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=5).filter(any))
def test_a_status_bar_is_full_and_shows_every_status_that_occurs(counts):
    names = [status.value for status in Status]
    parts = tallying.segments(Counts(planned=sum(counts), **dict(zip(names, counts, strict=True))))
    assert {part.status for part in parts} == {name for name, count in zip(names, counts, strict=True) if count}
    assert sum(part.length for part in parts) == pytest.approx(100, abs=0.1)
    assert min(part.length for part in parts) >= 1.4


def test_a_run_without_cards_has_a_report():
    pages = render_report(only(), fixture.TEMPLATES)
    assert "Nothing was planned" in pages["index.html"]


def test_troubles_hold_every_undelivered_card_once_largest_first():
    counts = [trouble.cards for trouble in attention.troubles(gallery.paginate(REPORT))]
    assert sum(counts) == sum(card.status is not Status.DELIVERED for card in REPORT.cards)
    assert counts == sorted(counts, reverse=True)


def test_reasons_that_differ_in_names_and_figures_are_one_trouble():
    cards = [
        one.model_copy(
            update={"status": Status.FAILED, "reason": f"{one.city}: no answer after {n} tries", "findings": ()}
        )
        for n, one in enumerate(REPORT.cards)
    ]
    assert [trouble.cards for trouble in attention.troubles(gallery.paginate(only(*cards)))] == [len(cards)]


def test_a_failed_check_decides_before_one_that_asks_for_a_person():
    findings = [
        Finding(check=check, subject="s", severity=severity, text="t")
        for check, severity in (("first", Severity.REVIEW), ("second", Severity.FAIL))
    ]
    worst = attention.worst_finding(REPORT.cards[0].model_copy(update={"findings": tuple(findings)}))
    assert worst
    assert worst.check == "second"


def test_a_trouble_says_what_to_do():
    assert "shorten the headline of this locale" in PAGES["index.html"]


def test_a_closed_gate_is_said_first():
    closed = REPORT.model_copy(update={"gate_closed": True})
    assert "A gate is closed: nothing was published." in render_report(closed, fixture.TEMPLATES)["index.html"]


def test_a_broken_rule_stands_with_its_remedy():
    rule = Finding(
        check="cities_id",
        subject="cities.csv",
        severity=Severity.FAIL,
        text="Ids are unique: row 3.",
        remedy="rename it",
    )
    index = render_report(REPORT.model_copy(update={"gates": (rule,)}), fixture.TEMPLATES)["index.html"]
    assert index.count("Ids are unique: row 3.") == 3  # what needs attention, the rules, their table
    assert "rename it" in index


@pytest.mark.parametrize("said", ["$0.47", ">12<", ">5<", "Preview pictures are drawn", "Climate normals", "0.1.0"])
def test_the_index_says_what_the_run_cost_and_rests_on(said):
    assert said in PAGES["index.html"]


def test_every_region_of_the_index_links_to_its_gallery_and_its_bundle():
    links = {tag["href"] for tag in Page(PAGES["index.html"]).named("a")}
    assert {"APAC.html", "EMEA.html", "bundles/spring-launch_2027-03-01_APAC.zip"} <= links


@pytest.mark.parametrize("status", UNDELIVERED)
def test_a_gallery_says_status_and_reason_without_a_script(status):
    without = "".join(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL) for html in PAGES.values())
    assert f'data-state="{status.value}"' in without
    assert fixture.REASONS[status] in without


def test_a_revised_card_says_in_words_where_it_comes_from():
    said = '<span class="lineage reason">Version 2, an edit of version 1: make the sky darker</span>'
    assert SEARCHED.count(said) == 7
    assert SEARCHED.count("· version 2") == 1


def test_what_a_model_said_is_cut_to_400_characters():
    said = fixture.PLAIN_WORDS._replace(words="x" * 401)
    notes = notes_of(render_report(fixture.searched_report(said), fixture.TEMPLATES)["APAC.html"])
    assert notes["masters"][TOKYO]["said"] == "x" * 399 + "…"


@pytest.mark.parametrize("key", ["said", "search", "version"])
def test_a_note_without_words_or_searches_has_none(key):
    assert not any(key in master for master in notes_of(PAGES["APAC.html"])["masters"].values())


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"stand_ins": {"other-1": 1}}, '1 ad was drawn by the fallback <span class="code">other-1</span>'),
        ({"stand_ins": {"other-1": 12}}, '12 ads were drawn by the fallback <span class="code">other-1</span>'),
        ({"doubted_micros": 134_000}, "<dt>Perhaps billed without an answer</dt><dd>$0.13</dd>"),
    ],
)
def test_the_index_says_what_did_not_go_as_planned_and_only_then(over, said):
    assert said in render_report(REPORT.model_copy(update=over), fixture.TEMPLATES)["index.html"]
    assert said.partition(" ")[2] not in PAGES["index.html"]


def test_local_text_names_its_language_and_finds_its_direction():
    assert '<p class="headline" lang="ar-AE" dir="auto">' in PAGES["EMEA.html"]


def test_what_masters_share_is_said_once():
    notes = notes_of(PAGES["EMEA.html"])
    assert len(notes["lines"]) == len({json.dumps(line) for line in notes["lines"]})
    assert PAGES["EMEA.html"].count('<dd dir="auto">early spring</dd>') == 4


def test_a_page_has_at_most_1000_cards_and_all_pages_have_all():
    pages = gallery.paginate(many(2345))
    assert [page.name for page in pages] == ["EMEA.html", "EMEA-2.html", "EMEA-3.html"]
    assert max(len(page.cards) for page in pages) <= 1000
    assert sum(len(page.cards) for page in pages) == 2345


def test_a_creative_is_not_cut_by_the_end_of_a_page():
    first, second = (page.cards for page in gallery.paginate(many(1500)))
    assert not {card.creative for card in first} & {card.creative for card in second}


@pytest.mark.parametrize("regions", [("index", "Index", "con"), ("NA", "na"), ("NA", "NA-2")])
def test_no_two_pages_share_a_name_even_where_case_does_not_count(regions):
    cards = [
        card.model_copy(update={"rendition_id": f"{r}{card.rendition_id}"})
        for r in regions
        for card in many(1001, r).cards
    ]
    names = [page.name.casefold() for page in gallery.paginate(only(*cards))]
    assert len(set(names)) == len(names) == len(regions) * 2
    assert not {"index.html", "con.html"} & set(names)


def test_a_rendition_with_two_cards_is_refused():
    with pytest.raises(ValidationError, match="exactly one outcome"):
        RunReport.model_validate(REPORT.model_dump() | {"cards": [REPORT.cards[0].model_dump()] * 2})


@pytest.mark.parametrize(
    ("size", "shape"), [((728, 90), "wide"), ((160, 640), "tall"), ((1080, 1080), "frame"), ((90, 728), "tall")]
)
def test_extreme_formats_have_their_own_place_on_the_board(size, shape):
    one = REPORT.cards[0].model_copy(update={"width": size[0], "height": size[1]})
    board = gallery.boards([one])[0]
    assert [len(group) for group in (board.talls, board.frames, board.wides)] == [
        int(shape == s) for s in ("tall", "frame", "wide")
    ]


def test_a_section_is_a_file_and_nothing_else(tmp_path: Path):
    templates = shutil.copytree(fixture.TEMPLATES, tmp_path / "reports")
    (templates / "sections" / "99-weather.html.j2").write_text("<section>{{ counts.planned }} skies</section>")
    assert "42 skies" in render_report(REPORT, templates)["index.html"]


def test_a_single_file_holds_its_thumbnails_and_no_other_file(tmp_path: Path):
    thumbs = fixture.write_pictures(REPORT, tmp_path)
    page = Page(render_single(REPORT, "EMEA", thumbs, fixture.TEMPLATES))
    pictures = [tag["src"] for tag in page.named("img") if "src" in tag]
    assert len(pictures) == 25
    assert all(src.startswith("data:image/webp;base64,") for src in pictures)


def test_a_single_file_links_only_to_what_was_delivered():
    one = next(card for card in REPORT.cards if card.status is Status.DELIVERED)
    outside = one.model_copy(update={"full": "../store/a.jpg", "rendition_id": "x"})
    html = render_single(only(*REPORT.cards, outside), "APAC", {}, fixture.TEMPLATES)
    links = {tag["href"] for tag in Page(html).named("a") if "href" in tag} - {"#gallery"}
    assert links == {c.full for c in REPORT.cards if c.region == "APAC" and c.status is Status.DELIVERED}


def test_a_single_file_of_an_unknown_region_names_those_there_are():
    with pytest.raises(ConfigError, match="APAC, EMEA"):
        render_single(REPORT, "LATAM", {}, fixture.TEMPLATES)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> RunReport:
    """The report of a run whose Paris was drawn by a fallback, and whose Tokyo was refused and is to be edited."""
    over = {"provider": "gemini", "fallback": ["gemini-3-pro-image"], "formats": list(projects.FORMATS[::2])}
    project = projects.make_project(tmp_path_factory.mktemp("told"), **over)
    plan = plan_order(projects.small_order(project)).plan
    first = plan_order(projects.small_order(project, revisions=(revision_of(plan),))).plan
    masters, ledger = list(first.masters()), Ledger(Store(first.brief.run.store_url))
    trace = SearchTrace(queries=("spring in Tokyo",))
    for one in masters:
        asked = one.request
        said = {"text": "no", "model_version": f"{asked.model}-7", "search": trace}
        ledger.keep(asked, Reply(answer=Answer(key=asked.key, kind="refusal", **said)))
    hrefs = Hrefs(lambda _: None, lambda _: None)
    return run_report(first, outcomes_of(first, masters), Account(doubted_micros=5), hrefs, {})


def revision_of(plan: Plan) -> Revision:
    master = next(one for one in plan.masters() if one.creative.city_id == "jp-tokyo")
    edits = (Edited(master.request, "0" * 64, master.fits),)
    child = master.creative.model_copy(update={"variant": 2})
    return Revision(creative=child, parent_variant=1, instruction="more sky", edits=edits)


def outcomes_of(plan: Plan, masters: list[Master]) -> Iterator[Outcome]:
    asset = Asset(file="a.jpg", mime="image/jpeg", bytes=9, sha256="0" * 64)
    for one in masters:
        is_paris = one.creative.city_id == "fr-paris"
        request = one.fallbacks[0] if is_paris else one.request
        ended = {"status": Status.DELIVERED, "asset": asset} if is_paris else {"status": Status.REFUSED}
        for fit in one.fits:
            rendition = rendition_of(plan.brief, one.creative, fit.format_id)
            about = {"provider": "gemini", "model": request.model, "master_key": one.request.key}
            yield Outcome(rendition=rendition, **about, **ended)


def test_a_run_s_report_counts_the_ads_a_fallback_drew(told):
    paris = [one for one in told.cards if one.city_id == "fr-paris"]
    assert told.stand_ins == {"gemini-3-pro-image": len(paris)}


def test_a_run_s_report_has_the_lineage_of_a_revised_version(told):
    said = {(one.variant, one.lineage) for one in told.cards if one.city_id == "jp-tokyo"}
    assert said == {(1, ""), (2, "Version 2, an edit of version 1: more sky")}


def test_a_run_s_report_has_what_its_models_said_and_searched_for(told):
    said = {(one.text, one.model_version, one.search.queries) for one in told.masters.values() if one.search}
    assert said == {("no", "gemini-nano-banana-2.1-7", ("spring in Tokyo",))}


def test_a_run_s_report_has_the_money_in_doubt(told):
    assert told.doubted_micros == 5


@pytest.mark.parametrize(
    ("size", "small"), [((1080, 1920), (202, 360)), ((1456, 180), (720, 89)), ((120, 90), (120, 90))]
)
def test_a_thumbnail_keeps_its_picture_s_shape(size, small):
    made = Image.open(io.BytesIO(thumbnail(fixture.picture(0, *size))))
    assert (made.format, made.mode, made.size) == ("WEBP", "RGB", small)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1"])
def test_a_thumbnail_of_a_transparent_or_plain_picture_is_colour(mode):
    out = io.BytesIO()
    Image.new(mode, (40, 40)).save(out, "PNG")
    made = Image.open(io.BytesIO(thumbnail(out.getvalue())))
    assert made.mode == "RGB"
    assert (min(made.getpixel((20, 20))) > 250) == ("A" in mode)


@pytest.mark.parametrize("content", [b"", b"<html>", fixture.picture(0, 300, 250)[:900]])
def test_bytes_that_are_no_picture_are_named_not_a_crash(content):
    with pytest.raises(BadAnswer, match="no thumbnail"):
        thumbnail(content)


@pytest.mark.parametrize(
    ("micros", "said"),
    [(0, "$0"), (4_875, "$0.0049"), (468_000, "$0.47"), (12_345_678, "$12.35"), (9_999_999_999, "$10,000.00")],
)
def test_money_is_written_as_finely_as_it_matters(micros, said):
    assert wording.money(micros) == said


@pytest.mark.parametrize(
    ("size", "said"), [((1080, 1920), "9:16"), ((1200, 628), "1.91:1"), ((160, 600), "4:15"), ((728, 90), "8:1")]
)
def test_a_ratio_is_said_in_numbers_people_know(size, said):
    assert wording.ratio_words(*size) == said


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_a_value_that_is_no_number_is_left_out(value):
    assert wording.figure(value) == ""
