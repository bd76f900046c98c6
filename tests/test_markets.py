"""Market rules: reading them, what triggers one, what it means for an ad, and for a plan."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adlocalizer.config.market_rules import read_market_rules
from adlocalizer.domain import Citation, Copy, MarketRule, Severity, Status
from adlocalizer.errors import ConfigError
from adlocalizer.making.rows import rendition_keys
from adlocalizer.markets import Ad, Placed, TriggerError, judge, outdated, parse_trigger
from adlocalizer.markets.ad import PRICE_TAGS
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan, compose_masters

from . import projects
from .commands import call

ROOT = Path(__file__).parents[1]
DAY = date(2026, 12, 1)
SHIPPED = read_market_rules(ROOT)
EVERY = {rule.id: rule for rules in SHIPPED.values() for rule in rules}
STORY = Placed("meta_story_9x16_1080", "meta/stories", "compositeWithTrainedAlgorithmicMedia")
BANNER = Placed("gads_upload_728x90", "google_ads/leaderboard", "compositeWithTrainedAlgorithmicMedia")
DRAWN = STORY._replace(digital_source_type="algorithmicMedia", disclosure="PREVIEW")
CITED = {"url": "https://law.example/1", "title": "A law", "tier": "primary", "retrieved": date(2026, 11, 1)}
REVIEWED = {"status": "reviewed", "reviewed": date(2026, 11, 1)}


def rule(action: str = "prohibit", trigger: str = "*", **over) -> MarketRule:
    cited = Citation(**{**CITED, **over.pop("citation", {})})
    said = {"id": "xx-1", "markets": ("FR",), "category": "alcohol", "text": "It is so."}
    return MarketRule(action=action, trigger=trigger, citation=cited, **{**said, **over})


def ad(headline: str = "Un citron", locale: str = "fr-FR", tags: tuple[str, ...] = ("alcohol",), **over) -> Ad:
    claim = over.pop("claim", None)
    row = Copy(locale=locale, headline=headline, call_to_action="-", currency="EUR", **over)
    return Ad("fr-paris", locale, tags, ("people",), row, claim)


def met(trigger: str, about: Ad, placed: Placed = STORY, words: tuple[str, ...] = ()) -> bool:
    return parse_trigger(trigger, words)(about, placed)


TRUE = [
    "*",
    "product:alcohol",
    "product:beer|product:alcohol",
    "product:beer | product:alcohol & scene:people",
    "(product:beer | product:alcohol) & scene:people",
    "!product:beer",
    "!(product:beer | product:wine)",
    "copy:citron",
    "copy:UN",
    'copy:"un   citron"',
    "copy:/^un c/i",
    r"copy:/(x|citron)\b/",
    "placement:meta_*",
    "placement:meta/*",
    "image:*trainedalgorithmicmedia",
    "locale:fr*",
    "city:fr-*",
    "price:without_lowest",
]


@pytest.mark.parametrize("trigger", TRUE)
def test_a_trigger_is_met_by_what_it_names(trigger):
    assert met(trigger, ad())


FALSE = [
    "product:beer",
    "product:beer & scene:people | product:wine",
    "product:beer & (scene:people | product:alcohol)",
    "!*",
    "copy:citro",
    "copy:/^UN/",
    "placement:gads_*",
    "image:digitalCreation",
    "locale:en*",
    "city:jp-*",
    "price:shown",
]


@pytest.mark.parametrize("trigger", FALSE)
def test_a_trigger_is_not_met_by_anything_else(trigger):
    assert not met(trigger, ad())


UNREADABLE = [
    ("", "missing at the end"),
    ("product:", "product:"),
    ("alcohol", "alcohol"),
    ("drink:beer", "unknown term"),
    ("product:a &", "missing at the end"),
    ("| product:a", "missing before"),
    ("product:a product:b", "goes on with"),
    ("(product:a", "not closed"),
    ("product:a)", "goes on with"),
    ("copy:/(/", "no pattern"),
    ("product:/a/", "pattern behind"),
    ("price:cheap", "unknown price"),
    ("copy:*", "without a list"),
    ("(" * 5000 + "*" + ")" * 5000, "nested"),
]


@pytest.mark.parametrize(("trigger", "found"), UNREADABLE)
def test_a_trigger_nobody_can_read_says_what_is_wrong_and_what_to_write(trigger, found):
    with pytest.raises(TriggerError) as caught:
        parse_trigger(trigger)
    assert found in caught.value.found
    assert caught.value.remedy


@given(st.text("product:copyscene*|&!()/\"' ab-", max_size=40))
def test_any_text_is_a_trigger_or_an_error_with_a_remedy(text):
    try:
        said = parse_trigger(text)(ad(), STORY)
    except TriggerError as error:
        said = error.remedy
    assert said != ""


SAID = [
    ("最佳", "全国最佳汽水", "zh-CN", True),
    ("最佳", "最好", "zh-CN", False),
    ("best", "The BEST lemonade", "en-GB", True),
    ("best", "bestow", "en-GB", False),
    ("No.1", "業界ＮＯ．１の味", "ja-JP", True),  # noqa: RUF001 - full width, as it is written
    ("최고", "최고의 맛", "ko-KR", True),
    ("최고", "제최고", "ko-KR", False),
    ("içki", "İÇKİ", "tr-TR", True),
    ("सस्ता", "सस्ताई", "hi-IN", False),
    ("ดีที่สุด", "น้ำมะนาวดีที่สุดวันนี้", "th-TH", True),
]


@pytest.mark.parametrize(("word", "headline", "locale", "is_said"), SAID)
def test_a_word_is_found_as_its_readers_see_it(word, headline, locale, is_said):
    assert met(f'copy:"{word}"', ad(headline, locale)) is is_said
    assert met("copy:*", ad(headline, locale), words=("neverthere", word)) is is_said


LITRE = {"unit_price": 6.0, "unit": "l"}
PRICES = [
    ({"price": 2.0}, {"shown", "without_lowest", "without_unit"}),
    ({"price": 2.0, **LITRE}, {"shown", "without_lowest"}),
    ({"price": 2.0, "old_price": 3.0, **LITRE}, {"shown", "compared", "without_lowest"}),
    ({"price": 2.0, "old_price": 3.0, "lowest_30d": 3.0}, {"shown", "compared", "without_unit"}),
    ({"price": 2.0, "old_price": 4.0, "lowest_30d": 3.0, **LITRE}, {"shown", "compared", "above_lowest"}),
    ({"price": 3.0, "lowest_30d": 3.0, **LITRE}, {"shown", "not_lower"}),
    ({"price": 2.0, "lowest_30d": 2.5, "claim": 20.0, **LITRE}, {"shown", "claimed"}),
    ({"price": 2.0, "lowest_30d": 2.5, "claim": 30.0, **LITRE}, {"shown", "claimed", "overstated"}),
]


@pytest.mark.parametrize(("prices", "tags"), PRICES)
def test_prices_say_what_a_rule_may_ask_of_them(prices, tags):
    assert {name for name in PRICE_TAGS if met(f"price:{name}", ad(**prices))} == tags


def test_a_reviewed_prohibition_from_a_primary_source_blocks():
    verdict = judge([rule(**REVIEWED)], ad(), [STORY, BANNER], DAY)
    assert set(verdict.blocked) == {STORY.format_id, BANNER.format_id}


@pytest.mark.parametrize("weak", [{}, {**REVIEWED, "citation": {"tier": "secondary"}}])
def test_any_other_prohibition_warns_and_sends_the_ad_to_a_person(weak):
    verdict = judge([rule(**weak)], ad(), [STORY], DAY)
    assert (verdict.blocked, len(verdict.warnings), len(verdict.objections)) == ({}, 1, 1)


def test_a_rule_about_a_placement_blocks_its_formats_only():
    verdict = judge([rule(trigger="product:alcohol & placement:meta/*", **REVIEWED)], ad(), [STORY, BANNER], DAY)
    assert set(verdict.blocked) == {STORY.format_id}


DATES = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 6, 30), **REVIEWED}


@pytest.mark.parametrize(
    ("day", "blocks"), [((2025, 12, 31), 0), ((2026, 1, 1), 1), ((2026, 6, 30), 1), ((2026, 7, 1), 0)]
)
def test_a_rule_holds_from_its_first_to_its_last_day(day, blocks):
    assert len(judge([rule(**DATES)], ad(), [STORY], date(*day)).blocks) == blocks


def test_an_expired_rule_holds_on_no_day():
    assert judge([rule(status="expired")], ad(), [STORY], DAY).warnings == ()


def test_required_words_are_set_in_the_language_of_the_ad():
    asked = rule("require", overlay={"fr": "Avec modération", "en": "In moderation"}, **REVIEWED)
    assert judge([asked], ad(), [STORY], DAY).overlays == ("Avec modération",)
    assert judge([asked], ad(locale="en-GB"), [STORY], DAY).overlays == ("In moderation",)


def test_required_words_that_the_legal_line_says_are_not_set_again():
    asked = rule("require", overlay={"fr": "Avec modération"}, **REVIEWED)
    assert judge([asked], ad(legal="À boire AVEC MODÉRATION."), [STORY], DAY).overlays == ()


def test_required_words_that_every_picture_says_already_are_not_set_again():
    asked = rule("require", overlay={"*": "Preview"}, **REVIEWED)
    assert judge([asked], ad(), [DRAWN], DAY).overlays == ()
    assert judge([asked], ad(), [DRAWN, STORY], DAY).overlays == ("Preview",)


def test_words_on_how_a_picture_was_made_are_a_label_and_no_part_of_the_legal_line():
    verdict = judge([rule("require", overlay={"fr": "Fait par IA"}, label=True)], ad(), [STORY], DAY)
    assert (verdict.labels, verdict.overlays) == (("Fait par IA",), ())


def test_required_words_nobody_knows_in_the_language_are_for_a_person():
    verdict = judge([rule("require", overlay={"fr": "Avec modération"})], ad(locale="de-DE"), [STORY], DAY)
    assert verdict.overlays == ()
    assert "de-DE" in verdict.objections[0].text


def test_what_a_picture_can_keep_by_itself_is_told_to_the_prompt_and_to_nobody_else():
    verdict = judge([rule("avoid", avoids="flags")], ad(), [STORY], DAY)
    assert (len(verdict.avoids), verdict.warnings, verdict.objections) == (1, (), ())


def test_a_rule_read_over_a_year_before_the_day_is_outdated_and_not_before():
    read = rule(citation={"retrieved": date(2025, 12, 1)})
    assert outdated([read], date(2026, 12, 1)) == ()
    assert outdated([read], date(2026, 12, 2)) == (read,)
    assert outdated([read], date(2024, 1, 1)) == ()


def test_words_are_those_of_the_nearest_tag():
    asked = rule("require", overlay={"zh-Hant": "繁", "zh": "简", "*": "any"})
    assert [asked.words_for(tag) for tag in ("zh-Hant-HK", "zh-CN", "sv-SE")] == ["繁", "简", "any"]


def test_a_reviewed_rule_has_a_day_of_review():
    with pytest.raises(ValidationError, match="reviewed has no day"):
        rule(status="reviewed")


GOOD = """markets: [FR]
rules:
  fr-1:
    category: alcohol
    action: prohibit
    trigger: product:alcohol
    text: It is forbidden
    citation: {url: "https://law.example/1", title: A law, tier: primary, retrieved: 2026-11-01}
"""


def read(tmp_path: Path, **files: str) -> dict[str, tuple[MarketRule, ...]]:
    folder = tmp_path / "configs" / "markets"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, "utf-8")
    return read_market_rules(tmp_path)


def test_a_rule_holds_in_the_markets_of_its_file(tmp_path):
    assert read(tmp_path, fr=GOOD)["FR"][0].markets == ("FR",)


def test_a_rule_may_hold_in_some_markets_of_its_file_only(tmp_path):
    two = GOOD.replace("[FR]", "[FR, BE]").replace("    category", "    markets: [BE]\n    category")
    assert list(read(tmp_path, region=two)) == ["BE"]


BROKEN = [
    ("product:alcohol", "product:alcohol |", "fr.yml:6 (rules.fr-1.trigger)"),
    ("product:alcohol", "drink:beer", "fr.yml:6 (rules.fr-1.trigger)"),
    ("product:alcohol", "copy:*", "fr.yml:6 (rules.fr-1.trigger)"),
    ("[FR]", "[FR, ZZ]", "fr.yml:1 (markets.1)"),
    ("[FR]", "[DE]", "fr.yml:1 (markets)"),
    ("prohibit", "forbid", "fr.yml:5 (rules.fr-1.action)"),
    ("category", "categorie", "fr.yml:4 (rules.fr-1.categorie)"),
    ("retrieved: 2026-11-01", "retrieved: 2026-13-01", "fr.yml:8 (rules.fr-1.citation.retrieved)"),
    ('url: "https://law.example/1", ', "", "fr.yml:8 (rules.fr-1.citation.url)"),
    ("    text", "    valid_from: 2026-02-01\n    valid_to: 2026-01-01\n    text", "fr.yml:8 (rules.fr-1.valid_to)"),
    ("    text", "    markets: [DE]\n    text", "fr.yml:7 (rules.fr-1.markets)"),
    ("    text", "    subdivision: FR-IDF\n    text", "fr.yml:6 (rules.fr-1.trigger)"),
    ("    text", "    overlay: {French: x}\n    text", "fr.yml:7 (rules.fr-1.overlay.French)"),
    ("    text", "    overlay: {xq: x}\n    text", "fr.yml:7 (rules.fr-1.overlay.xq)"),
    ("rules:", "rulez:", "fr.yml:2 (rulez)"),
]


@pytest.mark.parametrize(("good", "bad", "where"), BROKEN)
def test_a_file_that_cannot_be_accepted_is_named_with_its_line(tmp_path, good, bad, where):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, fr=GOOD.replace(good, bad, 1))
    assert caught.value.where == f"configs/markets/{where}"
    assert caught.value.remedy


def test_two_rules_of_one_id_are_refused_wherever_they_stand(tmp_path):
    with pytest.raises(ConfigError, match=r"stands in configs/markets/fr.yml too"):
        read(tmp_path, fr=GOOD, region=GOOD.replace("[FR]", "[FR, BE]"))


def test_a_project_without_rules_has_none(tmp_path):
    assert read_market_rules(tmp_path) == {}


MARKETS = "US CA MX BR AR GB IE FR DE ES IT NL BE SE NO DK FI PL CH TR SA AE EG IN ID TH SG MY JP KR CN AU NZ ZA"


@pytest.mark.parametrize("market", MARKETS.split())
def test_each_of_the_great_markets_has_rules_of_its_own(market):
    assert any(rule.markets == (market,) for rule in SHIPPED[market])


def test_the_union_has_27_members_with_the_same_rules():
    members = EVERY["eu-price-1"].markets
    assert len(set(members)) == 27
    assert not {"GB", "NO", "CH"} & set(members)


@pytest.mark.parametrize("one", EVERY.values(), ids=EVERY)
def test_a_shipped_rule_keeps_its_form(one):
    assert one.id.split("-")[0].upper() in {*one.markets, "EU", "GCC", "MENA"}
    assert not one.text.endswith(".")
    assert one.status == "draft" or one.reviewed


def test_an_ai_label_is_known_in_every_language_of_the_markets_that_ask_for_one():
    spoken = {"AT": "de", "BE": "fr nl", "CZ": "cs", "DK": "da", "FI": "fi sv", "GR": "el", "IE": "en ga"}
    assert all(EVERY["eu-ai-label-1"].words_for(tag) for tags in spoken.values() for tag in tags.split())
    assert EVERY["kr-ai-label-1"].words_for("ko-KR")
    assert EVERY["cn-ai-label-1"].words_for("zh-CN")


def shipped(market: str, about: Ad, day: date = DAY, placed: Placed = STORY):
    return judge(SHIPPED[market], about, [placed], day)


@pytest.mark.parametrize(("market", "cited"), [("NO", "helsedirektoratet.no"), ("TR", "mevzuat.gov.tr"), ("EG", "uls")])
def test_alcohol_is_blocked_where_a_law_we_read_forbids_it(market, cited):
    assert cited in shipped(market, ad(locale="en-GB")).blocks[0].rule.citation.url


@pytest.mark.parametrize("market", ["SA", "AE", "IN", "ID", "MY", "PL"])
def test_alcohol_goes_to_a_person_where_only_others_say_that_it_is_forbidden(market):
    verdict = shipped(market, ad(locale="en-GB"))
    assert (verdict.blocks, len(verdict.objections) > 0) == ((), True)


def test_a_backfill_is_judged_by_the_law_of_its_own_day():
    before, after = (shipped("TH", ad(locale="th-TH"), day) for day in (date(2025, 11, 7), date(2025, 11, 8)))
    assert [block.rule.id for block in before.blocks] == ["th-alcohol-1"]
    assert [one.id for one in after.warnings] == ["th-alcohol-2"]


def test_superlatives_are_blocked_in_china_where_the_law_names_them_and_noted_elsewhere():
    named = shipped("CN", ad("全国最佳汽水", "zh-CN", ("soft-drink",)))
    meant = shipped("CN", ad("顶级汽水", "zh-CN", ("soft-drink",)))
    assert [block.rule.id for block in named.blocks] == ["cn-superlatives-1"]
    assert "cn-superlatives-2" in [one.id for one in meant.warnings]


def test_a_picture_made_by_ai_is_labelled_where_that_is_the_law_and_a_drawn_one_nowhere():
    about = ad(tags=("soft-drink",))
    assert shipped("FR", about).labels == ("Image IA",)
    assert shipped("FR", about, date(2026, 8, 1)).labels == ()
    assert shipped("FR", about, placed=DRAWN).labels == ()


def test_a_reduction_without_the_lowest_price_of_30_days_is_for_a_person_in_the_union():
    wrong = ad(tags=(), price=2.0, old_price=3.0)
    right = ad(tags=(), price=2.0, old_price=3.0, lowest_30d=3.0)
    assert [one.rule.id for one in shipped("FR", wrong, placed=DRAWN).objections] == ["eu-price-1"]
    assert shipped("FR", right, placed=DRAWN).objections == ()


@pytest.mark.parametrize(
    ("prices", "withheld"),
    [
        ({"old_price": 3.0, "lowest_30d": 3.0}, ()),
        ({"old_price": 3.0}, ("old_price",)),
        ({"old_price": 4.0, "lowest_30d": 3.0}, ("old_price",)),
    ],
)
def test_an_old_price_that_is_not_the_lowest_of_30_days_is_not_drawn_in_the_union(prices, withheld):
    about = ad(tags=(), price=2.0, **LITRE, **prices)
    assert shipped("FR", about, placed=DRAWN).withheld == withheld
    assert shipped("US", about, placed=DRAWN).withheld == ()


def test_a_drink_without_a_unit_price_is_for_a_person_in_germany_with_what_to_write():
    bare = ad("Zitrone", "de-DE", ("soft-drink", "drink"), price=2.0)
    told = ad("Zitrone", "de-DE", ("soft-drink", "drink"), price=2.0, **LITRE)
    (objection,) = shipped("DE", bare, placed=DRAWN).objections
    assert (objection.rule.id, "unit_price and unit" in objection.remedy) == ("de-unit-price-1", True)
    assert shipped("DE", told, placed=DRAWN).objections == ()


def test_goods_that_are_not_sold_by_the_litre_need_no_unit_price():
    assert shipped("DE", ad("Zitrone", "de-DE", ("software",), price=2.0), placed=DRAWN).objections == ()


def test_the_letters_of_a_label_are_as_high_as_china_asks():
    assert shipped("CN", ad("柠檬", "zh-CN", ("soft-drink",))).letter_floor == (("disclosure", 0.05),)
    assert shipped("CN", ad("柠檬", "zh-CN", ("soft-drink",)), placed=DRAWN).letter_floor == ()


def test_words_the_copy_says_itself_are_as_high_as_the_rule_asks():
    asks = rule("require", overlay={"fr": "Avec modération"}, min_letter_share=0.04)
    assert judge([asks], ad(legal="Avec modération"), [STORY], DAY).letter_floor == (("legal", 0.04),)


def test_a_least_height_without_words_is_refused():
    with pytest.raises(ValidationError, match="min_letter_share has no words to hold for"):
        rule("require", min_letter_share=0.04)


def test_a_foreign_language_in_france_or_montreal_is_for_a_person():
    assert [one.rule.id for one in shipped("FR", ad("A lemon", "en-GB", ()), placed=DRAWN).objections] == [
        "fr-language-1"
    ]
    english = ad("A lemon", "en-CA", ())
    assert [one.rule.id for one in shipped("CA", english._replace(city_id="ca-montreal")).objections] == [
        "ca-qc-language-1"
    ]
    assert shipped("CA", english._replace(city_id="ca-toronto")).objections == ()


CITIES = ["no-oslo", "jp-tokyo", "fr-paris", "cn-shanghai"]


def project(tmp_path: Path, tag: str = "alcohol") -> Path:
    made = projects.make_project(tmp_path / "project", cities=CITIES)
    product = made / "configs/products/solara-can.yml"
    product.write_text(product.read_text("utf-8").replace("tags: [soft-drink]", f"tags: [{tag}]"), "utf-8")
    return made


def planned(made: Path, **over) -> Plan:
    return plan_order(projects.small_order(made, **over)).plan


def test_a_forbidden_rendition_is_rejected_with_the_citation_and_costs_nothing(tmp_path):
    plan = planned(project(tmp_path))
    assert {one.rendition.creative.city_id for one in plan.blocked} == {"no-oslo"}
    assert len(plan.blocked) == len(plan.brief.formats)
    assert {(one.status, one.cost_micros, one.attempts) for one in plan.blocked} == {(Status.REJECTED, 0, 0)}
    assert "no-alcohol-1" in plan.blocked[0].reason
    assert "helsedirektoratet.no" in plan.blocked[0].reason
    assert "no-oslo" not in {one.creative.city_id for one in plan.masters()}


def test_what_is_forbidden_is_a_region_of_the_run_all_the_same(tmp_path):
    plan = planned(project(tmp_path), select=("*no-oslo*",))
    assert (list(plan.renditions()), plan.regions()) == ([], ("EMEA",))
    assert len(plan.wanted_ended()) == len(plan.brief.formats)


def test_a_rule_nobody_has_read_is_named_whatever_the_day(tmp_path):
    remarks = [one.text for one in planned(project(tmp_path)).remarks]
    (unread,) = [text for text in remarks if "not yet read:" in text]
    assert "cn-alcohol-1" in unread


@pytest.mark.parametrize("words", ["全国最佳", "全国最 佳", "最\u3000佳汽水", "最\u200b佳", "國家級品质", "全国最高級"])
def test_a_superlative_is_found_however_it_is_spaced_or_written(words):
    assert judge([EVERY["cn-superlatives-1"]], ad(words, "zh-CN", ()), [STORY], DAY).blocks


def test_a_reviewed_rule_has_been_read():
    with pytest.raises(ValidationError, match="write `retrieved:`"):
        rule(status="reviewed", reviewed=date(2026, 11, 28), citation={"retrieved": None})


def test_required_words_and_doubts_are_the_creatives_own(tmp_path):
    plan = planned(project(tmp_path))
    paris = next(one for one in plan.creatives if one.creative.city_id == "fr-paris")
    assert paris.overlays == ("L'abus d'alcool est dangereux pour la santé, à consommer avec modération",)
    assert {one.severity for one in paris.findings} <= {Severity.REVIEW}


def test_a_remark_is_one_line_a_rule_with_cities_and_address(tmp_path):
    remarks = [one.text for one in planned(project(tmp_path)).remarks]
    assert len(remarks) == len({text.split(" ")[0] for text in remarks})
    assert any(
        text.startswith("cn-alcohol-1 (draft, primary source not yet read): ") and "[1 city] http" in text
        for text in remarks
    )


def test_rules_read_long_ago_are_one_remark(tmp_path):
    text = [one.text for one in planned(project(tmp_path), logical_date=date(2027, 12, 20)).remarks][-1]
    assert text.startswith("market rules last read over a year before 2027-12-20: ")


def keys(plan: Plan) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {city: set() for city in CITIES}
    for master in plan.masters():
        found[master.creative.city_id].add(master.request.key)
    return found


def decisions(plan: Plan) -> dict[str, tuple[object, ...]]:
    made = {one.creative.city_id: (one.overlays, one.findings) for one in plan.creatives}
    ended = {one.rendition.creative.city_id: (one.reason,) for one in plan.blocked}
    return {**made, **ended}


def rows(plan: Plan, city: str) -> set[str]:
    own = [(one, plan.wanted_formats(one)) for one in plan.creatives if one.creative.city_id == city]
    masters = ((one, master) for one, names in own for master in compose_masters(plan.brief, one, names))
    return {key for one, master in masters for key in rendition_keys(plan.brief, one, master).values()}


CHANGES = [
    ("avoids: flags,", "avoids: banners, flags,", True),
    ("note: The letters", "note: Our letters", False),
    ("'Shanzhang: ", "'Shan Zhang: ", False),
]


@pytest.mark.parametrize(("old", "new", "reaches_prompt"), CHANGES)
def test_a_changed_rule_replans_its_market_only_and_that_only_if_it_reaches_the_picture(
    tmp_path, old, new, reaches_prompt
):
    made = project(tmp_path, "soft-drink")
    before, path = planned(made), made / "configs/markets/cn.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    after = planned(made)
    changed = {city for city in CITIES if keys(before)[city] != keys(after)[city]}
    assert changed == ({"cn-shanghai"} if reaches_prompt else set())
    assert decisions(before) == decisions(after)


def test_other_required_words_make_the_renditions_of_their_market_anew_and_ask_for_no_picture(tmp_path):
    made = project(tmp_path)
    before, path = planned(made), made / "configs/markets/fr.yml"
    path.write_text(path.read_text("utf-8").replace("avec modération", "modérément"), "utf-8")
    after = planned(made)
    assert keys(before) == keys(after)
    assert rows(before, "fr-paris") != rows(after, "fr-paris")
    assert rows(before, "jp-tokyo") == rows(after, "jp-tokyo")


def test_a_new_prohibition_blocks_its_market_and_leaves_all_others_as_they_were(tmp_path):
    made = project(tmp_path, "soft-drink")
    before = planned(made)
    path = made / "configs/markets/jp.yml"
    more = GOOD.split("rules:\n")[1].replace("fr-1", "jp-9").replace("alcohol\n    text", "soft-drink\n    text")
    path.write_text(path.read_text("utf-8") + "\n" + more + "    status: reviewed\n    reviewed: 2026-11-01\n", "utf-8")
    after = planned(made)
    assert {one.rendition.creative.city_id for one in after.blocked} == {"jp-tokyo"}
    assert {city: key for city, key in keys(after).items() if city != "jp-tokyo"} == {
        city: key for city, key in keys(before).items() if city != "jp-tokyo"
    }


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.integration
def test_a_run_asks_nothing_for_what_is_forbidden_and_says_so(tmp_path, capsys):
    made = project(tmp_path)
    folders = {"ADLOCALIZER_STORE": str(made / "store"), "ADLOCALIZER_REPORTS": str(made / "reports")}
    words = ["run", "small", "--date", DAY.isoformat(), "--json", "--select", "*{no-oslo,jp-tokyo}*"]
    said = call(words, {"ADLOCALIZER_PROJECT": str(made), **folders}, capsys)
    assert (said.status, said.read["counts"]["rejected"], said.read["calls"]) == (3, 3, 3), said.errors
    manifest = json.loads((made / "store/runs/small" / DAY.isoformat() / "EMEA/manifest.json").read_text())
    assert all("helsedirektoratet.no" in row["reason"] for row in manifest["renditions"])
