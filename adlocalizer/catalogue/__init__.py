"""The catalogue: Delta Lake tables of what was made, what was asked and what people decided.

The only part that knows `deltalake`. A run replaces exactly its own rows of a region in one commit.
"""

from adlocalizer.catalogue.places import check_url
from adlocalizer.catalogue.rows import AttemptRow, attempt_row
from adlocalizer.catalogue.tables import append_reviews, read_runs, replace_run
from adlocalizer.catalogue.upkeep import Compacted, Standing, compact, missing_files, standings

__all__ = [
    "AttemptRow",
    "Compacted",
    "Standing",
    "append_reviews",
    "attempt_row",
    "check_url",
    "compact",
    "missing_files",
    "read_runs",
    "replace_run",
    "standings",
]
