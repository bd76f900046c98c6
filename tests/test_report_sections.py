"""What the campaign page and a creative's own place show: sentence, map, matrix, money, checks, facts, changes."""

from __future__ import annotations

import asyncio
import json
import re
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.bundling import marker_path, region_folder
from adlocalizer.domain import Asset, Box, Counts, Finding, Outcome, RunRef, Severity, Status
from adlocalizer.making.studio import plan_path
from adlocalizer.manifest import manifest_json, manifest_rows
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan
from adlocalizer.publishing.pages import write_thumbnails
from adlocalizer.publishing.previous import changes_since
from adlocalizer.reporting import Moved, TriedNote, render_report, render_single
from adlocalizer.reporting.about import abouts
from adlocalizer.reporting.gallery import paginate
from adlocalizer.reporting.grounds import fact_rows, found_rows, rule_rows, source_rows
from adlocalizer.reporting.judged import check_rates
from adlocalizer.reporting.mapping import HEIGHT, WIDTH, equal_earth, spots
from adlocalizer.reporting.matrix import matrix
from adlocalizer.reporting.sentences import End, status_sentence
from adlocalizer.reporting.spending import spending
from adlocalizer.reporting.spread import attempts_spread, waits_spread
from adlocalizer.reporting.tallying import tally
from adlocalizer.reporting.wording import outlines, percent
from adlocalizer.store import Store

from . import projects
from . import report_fixture as fixture

REPORT = fixture.full_report()
PAGES = render_report(REPORT, fixture.TEMPLATES)
INDEX = PAGES["index.html"]
GALLERY = paginate(REPORT)
HREFS = {card.rendition_id: f"{page.name}#card={card.rendition_id}" for page in GALLERY for card in page.cards}


def section(name: str, html: str = INDEX) -> str:
    return re.search(rf'<section[^>]*aria-labelledby="h-{name}".*?</section>', html, re.DOTALL).group()


def test_the_sentence_says_who_is_delivered_who_waits_and_what_was_lost_where_and_why():
    said = status_sentence(tally(REPORT.cards), map(End.of_card, REPORT.cards))
    assert said == (
        "29 of 42 ads are delivered; 2 wait for approval; 7 rejected in United Arab Emirates: ae-alcohol-1; "
        "2 refused in Germany: the provider will not draw this prompt (safety); "
        "1 rejected in Thailand: copy off product; 1 lost for one more reason."
    )
    assert said.replace("(", "").split(";")[0] in INDEX


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(planned=1, delivered=1), "All 1 ad is delivered."),
        (Counts(planned=2, delivered=1, needs_review=1), "1 of 2 ads is delivered; 1 waits for approval."),
        (Counts(planned=3, needs_review=3), "0 of 3 ads are delivered; 3 wait for approval."),
    ],
)
def test_the_sentence_keeps_to_its_grammar(counts, said):
    assert status_sentence(counts, ()) == said


def test_greenwich_on_the_equator_is_the_middle_of_the_map():
    assert equal_earth(0, 0) == (WIDTH / 2, HEIGHT / 2)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_is_on_the_map(latitude, longitude):
    x, y = equal_earth(latitude, longitude)
    assert 0 <= x <= WIDTH
    assert 0 <= y <= HEIGHT


@given(st.floats(-89, 88), st.floats(-179, 178))
def test_north_is_up_and_east_is_right(latitude, longitude):
    x, y = equal_earth(latitude, longitude)
    assert equal_earth(latitude + 1, longitude)[1] < y
    assert equal_earth(latitude, longitude + 1)[0] > x


def test_a_city_has_the_mark_of_its_most_urgent_ad():
    states = {one.city_id: one.state for one in spots(GALLERY, fixture.PLACES)}
    assert states["jp-tokyo"] == "needs_review"
    assert states["ae-dubai"] == "rejected"
    assert states["de-berlin"] == "refused"


def test_a_city_nobody_can_place_stands_beside_the_map_not_on_it():
    unplaced = {one.city_id for one in spots(GALLERY, fixture.PLACES) if one.x is None}
    assert unplaced == {"fr-paris", "xx-script"}
    assert section("map").count("<a href") >= len(fixture.CITIES)


def test_no_two_names_on_the_map_stand_in_each_other_s_way():
    near = {"jp-tokyo": (50.0, 10.0), "th-bangkok": (50.5, 12.0), "ae-dubai": (51.0, 14.0)}
    named = [(one.city_id, one.named) for one in spots(GALLERY, near) if one.named]
    assert named == [("jp-tokyo", "left"), ("ae-dubai", "right")]


def test_every_point_of_the_map_is_a_link_with_words_and_a_shape():
    links = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><g.*?href="#s-(\w+)"', section("map"))
    assert {state for _, _, state in links} == {"needs_review", "rejected", "refused"}
    assert all(": " in label and "#city=" in href for href, label, _ in links)


def test_the_land_is_drawn_in_less_than_40_kb():
    assert len((fixture.TEMPLATES / "land.svg.j2").read_bytes()) < 40_000


def test_the_matrix_has_every_card_once_and_a_hole_where_a_format_is_missing():
    cards = [one for one in REPORT.cards if (one.city_id, one.format_id) != ("de-berlin", "gads_landscape")]
    made = matrix(paginate(REPORT.model_copy(update={"cards": tuple(cards)})))
    cells = [cell for _, _, rows in made.regions for row in rows for cell in row.cells]
    assert len(cells) == len(REPORT.cards)
    assert cells.count(None) == 1
    assert {cell.card.rendition_id for cell in cells if cell} == {one.rendition_id for one in cards}


def test_past_a_thousand_ads_each_region_has_a_matrix_of_its_own():
    one = REPORT.cards[0]
    many = [
        one.model_copy(update={"rendition_id": f"{n}.{r}", "city_id": f"c-{n}", "region": r})
        for r in ("APAC", "EMEA")
        for n in range(600)
    ]
    pages = render_report(REPORT.model_copy(update={"cards": tuple(many), "changes": None}), fixture.TEMPLATES)
    assert {"APAC.matrix.html", "EMEA.matrix.html"} <= pages.keys()
    assert pages["APAC.matrix.html"].count('class="k-') == 600
    assert 'class="k-' not in pages["index.html"]
    assert 'href="APAC.matrix.html"' in pages["index.html"]


def test_spending_is_the_same_money_by_model_by_city_and_by_format():
    made = spending(REPORT)
    asked = sum(one.cost_micros for one in REPORT.cards if one.master_key)
    assert [sum(row.cost_micros for row in rows) for _, rows in made.breakdowns] == [asked] * 3
    assert made.cost_micros == asked
    assert made.estimate_micros == 39_000 * made.pictures


def test_sharing_a_picture_saves_its_price_for_every_further_ad():
    made = spending(REPORT)
    ads = sum(one.master_key is not None for one in REPORT.cards)
    assert made.shared_micros == 39_000 * (ads - made.pictures)


def test_what_was_paid_before_is_said_not_to_be_paid_again():
    assert spending(REPORT.model_copy(update={"cost_micros": 0})).earlier_micros == spending(REPORT).cost_micros


def test_attempts_are_counted_by_picture_not_by_ad():
    assert sum(one.number for one in attempts_spread(REPORT).columns) == len(
        {one.master_key for one in REPORT.cards if one.master_key}
    )


def test_waits_say_how_long_half_of_the_answers_took():
    made = waits_spread(REPORT)
    assert [(one.name, one.number) for one in made.columns] == [("≤ 2 s", 3), ("≤ 5 s", 20), ("≤ 50 s", 1)]
    assert made.said == "Half of 24 answers came within 5 s, 95 % within 5 s."


def test_a_run_without_requests_says_so_instead_of_a_chart():
    assert not waits_spread(REPORT.model_copy(update={"waits": {}})).columns


def test_a_check_s_rate_counts_each_ad_once_by_its_worst_finding():
    one = REPORT.cards[0]
    good, bad = (Finding(check="a", subject="x", severity=severity, text="t") for severity in ("pass", "fail"))
    rate = check_rates([one.model_copy(update={"findings": (good, bad)})], HREFS)[0]
    assert (rate.passed, rate.failed, rate.rate) == (0, 1, 0.0)


def test_the_least_passing_check_comes_first_with_the_ads_it_is_worst_about():
    rates = check_rates(REPORT.cards, HREFS)
    assert [one.check for one in rates][-2:] == ["copy_contrast", "file_bytes"]
    assert rates[0].rate == 0
    assert all(one.href in section("checks") for one in rates[0].offenders)


def test_only_what_is_whole_is_called_a_hundred_percent():
    assert [percent(share) for share in (0, 0.0004, 0.5, 0.98, 0.9996, 1)] == [
        "0 %",
        "0.0 %",
        "50 %",
        "98 %",
        "99.9 %",
        "100 %",
    ]


def test_facts_stand_in_a_row_a_city_with_their_sources_counted():
    rows = fact_rows(REPORT)
    assert len(rows) == len(fixture.CITIES)
    assert {one.source: one.cities for one in source_rows(rows)} == dict.fromkeys(
        ("calendar", "sun position", "landmark table", "climate table"), len(fixture.CITIES)
    )
    assert "early spring" in section("facts")


def test_what_a_search_found_is_one_click_away_and_cannot_reach_back():
    assert found_rows(REPORT)[0].queries == ("tokyo tower", "tokyo in spring")
    assert '<a href="https://a.invalid/tower" target="_blank" rel="noopener noreferrer">' in section("found")


def test_what_is_no_address_of_the_web_is_no_link():
    hostile = render_report(fixture.searched_report(fixture.hostile_words("http://x.invalid")), fixture.TEMPLATES)
    assert not re.findall(r'href="javascript', "".join(hostile.values()))


def test_a_market_rule_stands_with_its_source_and_the_ads_it_stopped():
    row = rule_rows(REPORT, HREFS)[0]
    assert (row.rule, row.address, len(row.cards)) == ("ae-alcohol-1", "https://law.invalid/5", 7)
    assert row.text == "No alcohol is advertised (Law 5)"
    assert 'href="https://law.invalid/5" rel="noopener noreferrer"' in section("rules")
    assert ">Dubai, gads leaderboard</a>" in section("rules")


def test_only_the_address_of_a_market_rule_becomes_a_link():
    one = fixture.BLOCKED.model_copy(update={"check": "model_says", "text": "see https://law.invalid/5"})
    cards = [card.model_copy(update={"findings": (one,)}) for card in REPORT.cards]
    pages = render_report(REPORT.model_copy(update={"cards": tuple(cards)}), fixture.TEMPLATES)
    assert "see https://law.invalid/5" in pages["EMEA.html"]
    assert not any('href="https://law.invalid' in html for html in pages.values())
    assert 'href="https://law.invalid/5"' in section("attention")


def test_an_ad_without_a_file_is_shown_as_it_was_drawn():
    one = next(card for card in REPORT.cards if card.thumb is None)
    tries = [TriedNote(way="first", kind="picture", severity=Severity.FAIL, picture=name) for name in ("a", "b")]
    tries[1] = tries[1].model_copy(update={"is_chosen": True})
    shown = {"tried": tuple(tries), "seen": {"a": "seen/a.webp", "b": "seen/b.webp"}}
    cards = [card.model_copy(update=shown) if card is one else card for card in REPORT.cards]
    pages = render_report(REPORT.model_copy(update={"cards": tuple(cards)}), fixture.TEMPLATES)
    assert 'src="seen/b.webp"' in section("attention", pages["index.html"])
    assert 'class="drawn" loading="lazy" decoding="async" src="seen/b.webp"' in section("matrix", pages["index.html"])
    assert "As it was drawn; no file was made of it." in pages[f"{one.region}.html"]


def test_an_ad_that_was_not_made_then_is_no_ad_that_ended_otherwise():
    moved = (*fixture.CHANGES.moved, Moved("new", "", "delivered"), Moved("gone", "failed", ""))
    changes = fixture.CHANGES._replace(moved=moved)
    said = section(
        "changes", render_report(REPORT.model_copy(update={"changes": changes}), fixture.TEMPLATES)["index.html"]
    )
    for words in ("Ended otherwise", "Not made then", "Not made now"):
        assert f"<dt>{words}</dt><dd>1</dd>" in said


def test_a_reason_is_given_up_to_its_colon():
    said = status_sentence(
        Counts(planned=1, rejected=1), [End(Status.REJECTED, "A person rejected it: dull.", (), "US")]
    )
    assert said.endswith("1 rejected in United States: a person rejected it.")
    end = End(Status.FAILED, "quarantined: cities.csv:8 (latitude): found 4071427.", (), "US")
    assert status_sentence(Counts(planned=1, failed=1), [end]).endswith("1 failed in United States: quarantined.")


def test_changes_are_said_by_status_pictures_cost_and_facts():
    said = section("changes")
    for words in ("Sunday 28 February 2027", "Failed", "Delivered", ">30<", ">7<", "$0.40 → $0.47", "rain", "clear"):
        assert words in said


def test_a_first_run_has_no_changes():
    assert 'id="h-changes"' not in render_report(fixture.small_report(), fixture.TEMPLATES)["index.html"]


def test_copy_stands_in_its_script_with_what_it_means():
    html = PAGES["APAC.html"]
    assert '<dd lang="ja-JP" dir="ltr">夏を、ひとくち。</dd>' in html
    assert "Summer, a sip." in html
    assert "AI 生成" in html


def test_facts_and_prompt_of_a_creative_stand_in_the_page_without_a_script():
    without = re.sub(r"<script.*?</script>", "", PAGES["EMEA.html"], flags=re.DOTALL)
    assert "the tower of Berlin" in without
    assert "A can of Solara stands in Berlin." in without


def test_boxes_become_outlines_in_thousandths():
    assert outlines([Box(x=0.1, y=0.2, w=0.5, h=0.25)]) == "M100 200h500v250h-500z"


def test_every_picture_can_be_laid_over_with_zone_words_and_product():
    pictures = [one for one in REPORT.cards if one.region == "APAC" and one.thumb]
    for name in ("safe", "copy", "product"):
        assert PAGES["APAC.html"].count(f'<path class="{name}"') == len(pictures)
        assert f'id="layer-{name}"' in PAGES["APAC.html"]


def test_a_revised_creative_is_shown_beside_the_version_it_comes_from():
    child = next(one for one in REPORT.cards if one.parent_variant and one.thumb)
    name = child.rendition_id.replace(".v1.", ".v2.")
    child, parent = child.model_copy(update={"rendition_id": name}), child.model_copy(update={"parent_variant": None})
    report = REPORT.model_copy(update={"cards": (child, parent)})
    pictures = {child.rendition_id: "new.jpg", parent.rendition_id: "old.jpg"}
    pair = abouts(report, [child], pictures)[child.creative_id].pairs[0]
    assert (pair.before, pair.after) == ("old.jpg", "new.jpg")
    assert (pair.said_before, pair.said_after) == ("Version 1", "Version 2")


def test_a_bundle_s_page_asks_for_no_picture_beside_it():
    html = render_single(REPORT, "EMEA", {}, fixture.TEMPLATES)
    assert not re.findall(r'<img[^>]*src="(?!data:)', html)


def test_equal_runs_give_equal_pages():
    assert render_report(fixture.full_report(), fixture.TEMPLATES) == PAGES


def test_600_ads_are_less_than_3_mb_and_3_ms_each():
    one = {(card.region, card.format_id): card for card in REPORT.cards}
    cards = [
        card.model_copy(update={"rendition_id": f"c{n}.{card.rendition_id}", "city_id": f"c-{n}", "city": f"City {n}"})
        for n in range(43)
        for card in one.values()
    ]
    report = REPORT.model_copy(update={"cards": tuple(cards[:600]), "changes": None})
    began = time.process_time()
    pages = render_report(report, fixture.TEMPLATES)
    assert time.process_time() - began < 600 * 0.003
    assert sum(len(page.encode()) for page in pages.values()) < 3_000_000


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    return plan_order(projects.small_order(projects.make_project(tmp_path_factory.mktemp("days")))).plan


def ended(plan: Plan, status: Status) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(rendition=one, status=status, provider="preview", model="m", cost_micros=5) for one in plan.renditions()
    )


def earlier(plan: Plan, status: Status, days: int = 1) -> RunRef:
    """A run some days before in the plan's store, with other weather."""
    run = plan.brief.run.model_copy(update={"logical_date": plan.brief.run.logical_date - timedelta(days=days)})
    store, said = Store(run.store_url), json.loads(plan.model_dump_json())
    for fact in (fact for shard in said["shards"] for one in shard["creatives"] for fact in one["facts"]):
        fact["text"] = "rain" if fact["name"] == "weather" else fact["text"]
    store.write(plan_path(run), json.dumps(said).encode())
    for region in plan.every_region():
        own = [one for one in ended(plan, status) if one.rendition.creative.region == region]
        store.write(marker_path(run, region), manifest_json(manifest_rows(own, run.logical_date), run, region))
    return run


def test_a_first_run_is_compared_with_none(plan):
    assert changes_since(plan, ended(plan, Status.FAILED)) is None


def test_a_run_is_compared_with_one_of_years_ago_where_none_is_newer(plan):
    run = earlier(plan, Status.REFUSED, days=800)
    earlier(plan, Status.REFUSED, days=801)
    assert changes_since(plan, ended(plan, Status.FAILED)).since == run.logical_date


def test_a_run_is_compared_with_the_one_before_by_status_cost_and_facts(plan):
    run = earlier(plan, Status.REFUSED)
    made = changes_since(plan, ended(plan, Status.FAILED))
    count = len(tuple(plan.renditions()))
    assert {(one.before, one.after) for one in made.moved} == {("refused", "failed")}
    assert (made.since, len(made.moved)) == (run.logical_date, count)
    assert (made.cost_before_micros, made.cost_after_micros) == (5 * count, 5 * count)
    assert {one.name for one in made.facts} == {"weather"}
    assert made.facts[0].examples[0][1] == "rain"


@pytest.mark.parametrize("content", [b"{", b"{}", b"[]", b'{"renditions": [{}]}'])
def test_a_run_before_that_cannot_be_read_is_left_out(plan, content):
    run = earlier(plan, Status.REFUSED)
    Store(run.store_url).write(marker_path(run, plan.every_region()[0]), content)
    assert changes_since(plan, ended(plan, Status.FAILED)) is None


def test_only_the_thumbnail_of_a_file_that_changed_is_made(plan, tmp_path):
    store = Store(plan.brief.run.store_url)
    one, other, *_ = ended(plan, Status.DELIVERED)

    def made(*outcomes: tuple[Outcome, int]) -> dict[str, int]:
        """The thumbnails after a run whose files are so drawn, and when each was written."""
        run, shown = plan.brief.run, []
        for outcome, number in outcomes:
            content = fixture.picture(number, 300, 250)
            asset = Asset(file=f"{number}.jpg", mime="image/jpeg", bytes=len(content), sha256=f"{number}" * 64)
            store.write(f"{region_folder(run, outcome.rendition.creative.region)}/{asset.file}", content)
            shown.append(outcome.model_copy(update={"asset": asset}))
        asyncio.run(write_thumbnails(plan, shown, str(tmp_path)))
        return {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("thumbs/*")}

    before = made((one, 1), (other, 2))
    after = made((one, 1), (other, 3))
    assert len(before) == 2
    assert after.keys() - before.keys() == {"3" * 24 + ".webp"}
    assert before.items() <= after.items()


def test_a_plan_knows_where_its_cities_are(plan):
    assert plan.places.keys() == {one.creative.city_id for one in plan.creatives}
