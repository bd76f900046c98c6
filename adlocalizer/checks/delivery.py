"""Type and bytes of a finished file against its placement, and what compression left of the picture."""

from __future__ import annotations

from adlocalizer.checks.seen import SeenFile
from adlocalizer.checks.standard import Standard, Verdict, check_of

_TYPE = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/avif": "avif"}


@check_of("file")
def file_type(file: SeenFile, _: Standard) -> Verdict:
    """A type the placement takes, the one it is said to be."""
    found, said, taken = file.decoded.declared.mime, file.rendered.mime, file.order.ad_format.file_types
    kind, wanted = _TYPE[found], ", ".join(taken)
    if found != said:
        return Verdict(False, f"The file is said to be {said} but is {found}.", kind, wanted)
    return Verdict(kind in taken, f"The file is {kind}; the placement takes {wanted}.", kind, wanted)


@check_of("file")
def file_bytes(file: SeenFile, _: Standard) -> Verdict:
    """No more bytes than the placement takes, or than the project's default where it names no limit."""
    own, size = file.order.ad_format.max_bytes, len(file.rendered.data)
    limit = own or file.order.default_max_bytes
    whose = "placement's limit" if own else "project's default"
    text = f"The file has {size:,} bytes; the {whose} is {limit:,}."
    return Verdict(0 < size <= limit, text, size, limit, doubtful=size > 0 and not (own and file.is_official))


@check_of("file")
def file_quality(file: SeenFile, standard: Standard) -> Verdict:
    """Compression left the picture as it was, or nearly: the structural similarity of the luma."""
    found, limit, quality = file.rendered.likeness, standard.limit, file.rendered.quality
    if found is None:
        return Verdict(True, f"Compression at quality {quality} cannot be seen.", quality, limit)
    text = f"Compression at quality {quality} left a likeness of {found:.3f} with the picture; 1 is the picture itself."
    return Verdict(found >= limit, text, found, limit)
