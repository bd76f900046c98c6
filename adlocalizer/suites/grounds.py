"""What the gates demand of what prompts rest on: the facts of every city, and the rules of every market."""

from __future__ import annotations

from collections.abc import Collection

from adlocalizer.suites.demands import Suite, among, covers, in_order, matches, number, present, shape, unique

_MOST_ROWS = 2_000_000
_RANGES = {
    "month": (1, 12),
    "hour": (0, 23),
    "temperature_celsius": (-70, 60),
    "sun_elevation_degrees": (-90, 90),
    "sun_azimuth_degrees": (0, 360),
    "day_length_hours": (0, 24),
}
"""Facts that are numbers, and what they can be on Earth."""

FACT_COLUMNS = ("statement", "city_id", "locale", "fact", "value", "text", "source", "as_of", "certainty")
RULE_COLUMNS = ("rule", "market", "text", "url", "title", "tier", "status", "retrieved", "valid_from", "valid_to")


def fact_suite(wanted: Collection[str]) -> Suite:
    """Demands on the facts of a plan; `wanted` are the statements, city, locale and fact, that must be among them."""
    demands = (
        *shape(FACT_COLUMNS, _MOST_ROWS),
        unique("statement", "of two statements about one thing a prompt could say either"),
        *(present(column, "a statement without it cannot be checked") for column in FACT_COLUMNS[1:]),
        among("certainty", ("exact", "typical", "estimated"), "exact, typical or estimated", "prompts word it so"),
        covers(
            "covered",
            "statement",
            wanted,
            (
                "Every city has every fact that pictures are drawn from.",
                "add the city to the table that lacks it",
                "a picture of a place nothing is known of could be anywhere",
            ),
        ),
        *(
            demand._replace(rule=f"{fact}_{demand.rule}", said=f"{fact}: {demand.said}")
            for fact, (low, high) in _RANGES.items()
            for demand in number("value", low, high, "nothing on Earth is otherwise", when=("fact", fact))
        ),
    )
    return Suite("facts", "statement", FACT_COLUMNS, (), ("value",), demands)


def rule_suite() -> Suite:
    """Demands on the market rules of a plan."""
    days = ("retrieved", "valid_from", "valid_to")
    demands = (
        *shape(RULE_COLUMNS, _MOST_ROWS),
        *(present(column, "nobody could check the rule") for column in RULE_COLUMNS[:7]),
        matches("url", r"^https?://\S+$", "https://…", "whoever doubts a rule must be able to read it"),
        among(
            "tier", ("primary", "secondary", "unverified"), "primary, secondary or unverified", "only primary blocks"
        ),
        among("status", ("draft", "reviewed", "expired"), "draft, reviewed or expired", "only reviewed rules block"),
        in_order("valid_from", "valid_to", "a rule that ends before it begins is never in force"),
    )
    return Suite("rules", "rule", RULE_COLUMNS, days, days, demands)
