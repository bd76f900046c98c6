"""Whether the picture bears somebody's mark: a line in its corner, an address, words laid over it again and again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from adlocalizer.checks.foreign_text import is_allowed, off_product, outlined
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict, check_of
from adlocalizer.imaging.networks import NoReader
from adlocalizer.imaging.reading import Words, plain
from adlocalizer.imaging.text_finding import Line

_MARK = re.compile(r"[©®]|\(c\)|(^|\s)@\w{3}|\bwww\b|\w\.(com|net|org|info|io)\b", re.IGNORECASE)
"""Signs of ownership and addresses, as the reader gives them; the endings are the oldest ones, not all there are."""
_SURE = 0.7  # of the reader: marks are faint
_EDGE = 0.08  # of the frame: lines nearer to its upper or lower edge are read however small they are
_AGAIN = 3  # lines alike make a pattern
_MOST = 6  # lines read, as in foreign_text, which shares them
_GOOD = "The picture bears no mark."


@check_of("master", rank=2)
def watermark(master: SeenMaster, standard: Standard) -> Verdict:
    """How many lines of lettering off the product are somebody's mark."""
    try:
        marks = list(_marks(master))
    except NoReader as error:
        raise Undecidable(f"Marks in the picture cannot be looked for: {error}.") from error
    if not marks:
        return standard.judge(0, Said(_GOOD, _GOOD))
    line, words = marks[0]
    bad = f"The picture bears a mark: “{words.text[:60]}”."
    return standard.judge(len(marks), Said(_GOOD, bad), outlined(master.whole.picture, line))


def _marks(master: SeenMaster) -> Iterator[tuple[Line, Words]]:
    lines = off_product(master)
    if len(lines) < _AGAIN:  # too few to be a pattern, so only what may be a corner's line is read
        lines = [line for line in lines if _is_at_edge(line, master)]
    read = [(line, master.says(line)) for line in lines[:_MOST]]
    read = [(line, words) for line, words in read if words.sure >= _SURE and not is_allowed(words, master)]
    often = Counter(plain(words.text) for _, words in read if words.are_words)
    for line, words in read:
        if _MARK.search(words.text) or often[plain(words.text)] >= _AGAIN:
            yield line, words


def _is_at_edge(line: Line, master: SeenMaster) -> bool:
    box = line.box(*master.whole.size)
    return min(box.y, 1 - box.bottom) < _EDGE
