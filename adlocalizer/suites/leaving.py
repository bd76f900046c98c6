"""What the gate out demands beside the manifest: of what was asked and paid, of files as they stand, of sums."""

from __future__ import annotations

from adlocalizer.suites.demands import Demand, Suite, among, matches, number, present, shape, unique

_MOST_ROWS = 2_000_000
_WAYS = ("first", "edit", "seed", "composition", "fallback")
_KINDS = ("picture", "refusal", "bad", "unclear")
_AGAIN = "run again: what is kept is not paid for twice"

FILE_COLUMNS = ("rendition_id", "file", "bytes", "sha256", "found_bytes", "found_sha256")
SUM_COLUMNS = ("sum", "what", "wanted", "found")


def attempt_suite(columns: tuple[str, ...]) -> Suite:
    """Demands on the rows of the attempts table: every request that was answered for a run."""
    picture, edit = ("kind", "picture"), ("way", "edit")
    named = ("key", "creative_id", "campaign", "region", "provider", "model", "prompt_sha256", "severity")
    demands = (
        *shape(columns, _MOST_ROWS),
        unique("key", "a request is asked and paid for once"),
        *(present(column, "the row could not be found again") for column in named),
        matches("key", r"^[0-9a-f]{64}$", "64 hexadecimal digits", "the answer stands in the ledger under it"),
        among("kind", _KINDS, ", ".join(_KINDS[:-1]) + " or unclear", "an answer is one of them"),
        among("way", _WAYS, ", ".join(_WAYS[:-1]) + " or fallback", "a repair is one of them"),
        among("severity", ("pass", "review", "fail"), "pass, review or fail", "a picture was judged, or it fails"),
        present("sha256", "a picture has bytes", when=picture),
        present("parent_key", "an edit changes a picture", when=edit),
        *number("cost_micros", 0, 1e15, "money is never negative"),
        *number("attempt", 1, 100, "requests of a master are counted from one"),
        *number("score", 0, 1e7, "nothing is better than a picture without findings"),
    )
    return Suite("attempts", "key", columns, (), ("cost_micros", "attempt", "score"), demands)


def file_suite() -> Suite:
    """Demands on the files of a run as they stand in its store, beside what their outcomes say of them."""
    demands = (
        *shape(FILE_COLUMNS, _MOST_ROWS),
        unique("file", "two renditions in one file would overwrite each other"),
        present("found_bytes", "an ad that is not there cannot be delivered")._replace(
            said="Every file is in the store.", remedy=_AGAIN
        ),
        _equal("bytes", "Every file has the size that was noted.", "a torn file is not what was checked"),
        _equal("sha256", "Every file has the digest that was noted.", "what ships must be what was checked"),
    )
    return Suite("files", "rendition_id", FILE_COLUMNS, ("found_bytes", "found_sha256"), ("bytes",), demands)


def sum_suite() -> Suite:
    """Demands on sums that are kept in two places."""
    equal = {"column_A": "found", "column_B": "wanted", "ignore_row_if": "neither"}
    demands = (
        *shape(SUM_COLUMNS, _MOST_ROWS),
        unique("sum", "a sum that stands twice is counted twice"),
        Demand(
            "agree",
            "ExpectColumnPairValuesToBeEqual",
            equal,
            "Renditions of every region end as often as they were planned, and cost what their attempts cost.",
            _AGAIN,
            "money and pictures that are in one table and not in the other are lost",
        ),
    )
    return Suite("sums", "sum", SUM_COLUMNS, (), (), demands)


def _equal(column: str, said: str, why: str) -> Demand:
    # Where a file is missing, or a remote store would have to send it again, there is nothing to compare.
    options = {"column_A": f"found_{column}", "column_B": column, "ignore_row_if": "either_value_is_missing"}
    return Demand(f"{column}_on_file", "ExpectColumnPairValuesToBeEqual", options, said, _AGAIN, why)
