"""Whether the bytes are a picture at all."""

from __future__ import annotations

from adlocalizer.checks.seen import SeenFile, SeenMaster
from adlocalizer.checks.standard import Standard, Verdict, check_of


@check_of("master")
def decodes(master: SeenMaster, _: Standard) -> Verdict:
    """A whole PNG, JPEG or WebP of a sane size."""
    return _whole(master, len(master.subject.picture))


@check_of("file")
def file_decodes(file: SeenFile, _: Standard) -> Verdict:
    """The finished file is a whole picture."""
    return _whole(file, len(file.rendered.data))


def _whole(seen: SeenMaster | SeenFile, size: int) -> Verdict:
    if seen.decoded.opened is None:
        return Verdict(False, f"The picture does not decode: {seen.decoded.fault}.", f"{size} bytes")
    header = seen.decoded.declared
    return Verdict(True, f"A whole {header.mime} of {header.width} x {header.height} pixels.", f"{size} bytes")
