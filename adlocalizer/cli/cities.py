"""`adlocalizer cities` and `adlocalizer cities show`: which cities there are, and what is known of one on a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from adlocalizer.cli.options import AsJson, Cities, Day, parse_day
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.config.places import locale_remedy
from adlocalizer.config.wording import nearest_or_all, quoted
from adlocalizer.domain import City, Fact, MarketRule
from adlocalizer.errors import ConfigError, GateFailed
from adlocalizer.grounding import Occasion, facts_for
from adlocalizer.loading import findings_of
from adlocalizer.order import open_project

DEFAULT_CITIES = "data/cities.csv"
_HOUR = 17

app = typer.Typer(invoke_without_command=True, no_args_is_help=False, rich_markup_mode=None)

Place = Annotated[str, typer.Argument(metavar="CITY", help="Id or name, such as is-reykjavik or Reykjavík.")]
Hour = Annotated[int, typer.Option("--hour", metavar="H", min=0, max=23, help="Local hour; default: 17.")]
Locale = Annotated[str | None, typer.Option("--locale", metavar="TAG", help="Its readers; default: the city's first.")]


@app.callback()
def cities(context: typer.Context, cities: Cities = None, as_json: AsJson = False) -> None:
    """List the cities of a table, checked row by row; `cities show CITY` says what is known of one."""
    if context.invoked_subcommand:
        return
    every = _cities(cities)
    if as_json:
        print_json([city.model_dump(mode="json") for city in every])
        return
    rows = [
        (one.city_id, one.city, one.local_name, one.region, one.market, " ".join(one.locales), one.timezone)
        for one in every
    ]
    print_table("", ("id", "city", "local name", "region", "market", "locales", "time zone"), rows)
    print_line(f"{len(rows)} cities in {len({one.region for one in every})} regions")


@app.command()
def show(
    city: Place,
    day: Day = None,
    hour: Hour = _HOUR,
    locale: Locale = None,
    cities: Cities = None,
    as_json: AsJson = False,
) -> None:
    """Show every fact of a city on a day, from where, of when and how sure, and its market's rules in force."""
    project, on = open_project(), parse_day(day)
    place = _named(city, project.cities(cities or DEFAULT_CITIES).cities)  # whatever is wrong with other rows
    occasion = Occasion(place, _readers(locale, place), on, hour, project.sources())
    facts = facts_for(occasion)
    rules = [rule for rule in project.market_rules().get(place.market, ()) if rule.in_force(on)]
    if as_json:
        about = {"city_id": place.city_id, "date": on.isoformat(), "hour": hour, "locale": occasion.locale}
        stated = [fact.model_dump(mode="json") for fact in facts]
        print_json({**about, "facts": stated, "market_rules": [rule.model_dump(mode="json") for rule in rules]})
        return
    columns = ("fact", "value", "in words", "source", "of", "certainty")
    print_table(f"{place.city} on {on} at {hour:02}:00, for {occasion.locale}", columns, map(_row, facts))
    print_line()
    ruled = ("rule", "action", "text", "source", "standing")
    print_table(f"Market rules of {place.market} on {on}", ruled, map(_rule_row, rules))
    print_line(f"{len(facts)} facts, {len(rules)} market rules")


def _readers(locale: str | None, city: City) -> str:
    if locale is not None and (remedy := locale_remedy(locale)):
        raise ConfigError("--locale", f"there is no locale {quoted(locale)}", remedy)
    return locale or city.locales[0]


def _rule_row(rule: MarketRule) -> tuple[str, ...]:
    return rule.id, rule.action.value, rule.text, rule.citation.url, rule.standing


def _row(fact: Fact) -> tuple[str, ...]:
    value = f"{fact.value:g}" if isinstance(fact.value, float) else str(fact.value)
    said = "" if value == fact.text else fact.text
    return fact.name, value, said, fact.source, fact.as_of, fact.certainty


def _cities(path: str | None) -> tuple[City, ...]:
    table = open_project().cities(path or DEFAULT_CITIES)
    if table.faults:
        raise GateFailed("tables", findings_of(table.faults))
    return table.cities


def _named(name: str, every: Sequence[City]) -> City:
    """The city with an id or a name; a name of several is for the caller to tell apart."""
    found = [one for one in every if name == one.city_id]
    found = found or [one for one in every if name.casefold() in _names(one)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one.city_id for one in found)
        raise ConfigError("CITY", f"{quoted(name)} is the name of several cities", f"write one of {ids}")
    known = {spelling: one.city_id for one in every for spelling in (one.city_id, *_names(one))}
    raise ConfigError("CITY", f"there is no city {quoted(name)}", nearest_or_all(name, list(known)))


def _names(city: City) -> tuple[str, ...]:
    plain_name = city.city_id.partition("-")[2]
    return tuple(one.casefold() for one in (city.city, city.local_name, plain_name))
