"""Regions and packs of a form, as selections."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adlocalizer.config import find_project
from adlocalizer.errors import ConfigError
from adlocalizer.narrowing import Narrowing, narrowed, regions_of
from adlocalizer.order import Order
from adlocalizer.ordering import plan_order
from adlocalizer.planning import any_match, chosen, expand_braces

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)


@pytest.fixture(scope="module")
def demo():
    order = Order(
        campaign="demo",
        logical_date=date(2026, 12, 1),
        store_url="/nowhere",
        reports_folder="/nowhere",
        project=str(ROOT),
    )
    return plan_order(order).plan


def wanted(demo, **narrowing: tuple[str, ...]) -> set[str]:
    patterns = narrowed(PROJECT, "demo", None, Narrowing(**narrowing))
    return set(chosen(list(demo.rendition_ids()), patterns, "--select"))


def test_nothing_narrows_nothing():
    assert narrowed(PROJECT, "demo", None, Narrowing()) == ()


@pytest.mark.parametrize("region", regions_of(PROJECT, "data/cities.csv"))
def test_a_region_is_its_renditions_and_no_others(demo, region):
    own = {
        f"{one.creative.id}.{name}"
        for one in demo.creatives
        if one.creative.region == region
        for name in demo.formats_of(one)
    }
    assert wanted(demo, regions=(region,)) == own


def test_a_pack_is_its_formats_and_no_others(demo):
    found = wanted(demo, packs=("iab_display",))
    book = PROJECT.format_book()
    formats = {id.rsplit(".", 1)[1].removesuffix("_clean") for id in found}
    assert formats
    assert formats < set(book.formats)
    assert len(found) < len(list(demo.rendition_ids()))


def test_what_is_said_together_narrows_together(demo):
    both = wanted(demo, regions=("APAC",), packs=("iab_display",), select=("*.jp-*", "*.kr-*"))
    assert both == wanted(demo, regions=("APAC",)) & wanted(demo, packs=("iab_display",)) & wanted(
        demo, select=("*.{jp,kr}-*",)
    )
    assert both


def test_a_region_that_nothing_is_in_is_named():
    with pytest.raises(ConfigError, match="example has no city in a region 'NA'; write one of: APAC, EMEA, LATAM"):
        narrowed(PROJECT, "example", None, Narrowing(regions=("NA",)))


def test_a_pack_that_does_not_exist_is_named():
    with pytest.raises(ConfigError, match="there is no pack 'iab_dispaly'; write 'iab_display'"):
        narrowed(PROJECT, "example", None, Narrowing(packs=("iab_dispaly",)))


def test_a_pack_of_which_the_campaign_has_nothing_is_named():
    with pytest.raises(ConfigError, match="example has no format of dooh_stadium"):
        narrowed(PROJECT, "example", None, Narrowing(packs=("dooh_stadium",)))


def test_of_a_pattern_with_and_every_part_must_match():
    pattern = "demo.{jp,kr}-*&*.{a,b}"
    assert expand_braces(pattern) == (pattern,)
    assert any_match("demo.jp-tokyo.x.a", (pattern,))
    assert not any_match("demo.fr-paris.x.a", (pattern,))
    assert not any_match("demo.jp-tokyo.x.c", (pattern,))


def test_a_brace_without_its_partner_is_seen_in_every_part():
    with pytest.raises(ConfigError, match="brace"):
        expand_braces("demo.*&*.{a,b")
