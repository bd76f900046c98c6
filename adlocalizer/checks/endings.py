"""What stands in a file behind its picture: nothing should, and what does was not looked at by anybody."""

from __future__ import annotations

import re

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict, check_of

_PNG_END, _RIFF_HEAD = b"IEND", 8
_JPEG_MARK = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # all but stuffing, filling and restarts, which have no length
_END, _STARTS = 0xD9, (0xD8, 0x01)


@check_of("master")
def ends_cleanly(master: SeenMaster, standard: Standard) -> Verdict:
    """Nothing but zeros behind the end that the file's own format marks."""
    picture = master.subject.picture
    behind = len(picture[_end(picture, master.decoded.declared.mime) :].strip(b"\0\r\n"))
    bad = f"{behind:,} bytes stand behind the end of the picture; they reach no file of ours."
    return standard.judge(behind, Said("The file ends where its picture ends.", bad))


def _end(data: bytes, mime: str) -> int:
    """The first byte behind the end marker; Undecidable where there is none."""
    end = {"image/png": _png_end, "image/jpeg": _jpeg_end, "image/webp": _riff_end}.get(mime)
    if end is None:
        raise Undecidable(f"This cannot be judged: where a {mime} ends is not known here.")
    found = end(data)
    if found > len(data):
        raise Undecidable("This cannot be judged: the file ends before its own end marker.")
    return found


def _png_end(data: bytes) -> int:
    place = 8
    while place + 8 <= len(data):
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        place += 12 + length
        if name == _PNG_END:
            return place
    return len(data) + 1


def _jpeg_end(data: bytes) -> int:
    place = 0
    while mark := _JPEG_MARK.search(data, place):
        kind, place = data[mark.start() + 1], mark.end()
        if kind == _END:
            return place
        if kind not in _STARTS:
            place += int.from_bytes(data[place : place + 2], "big")
    return len(data) + 1


def _riff_end(data: bytes) -> int:
    length = int.from_bytes(data[4:8], "little")
    return _RIFF_HEAD + length + length % 2 if length % 2 and len(data) > _RIFF_HEAD + length else _RIFF_HEAD + length
