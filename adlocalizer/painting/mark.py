"""The line that says what the picture is, and the file it leaves in."""

from __future__ import annotations

import functools
import importlib.util
import io
from pathlib import Path

import skia
from PIL import Image

from adlocalizer.painting.brushes import Pixels, flat
from adlocalizer.painting.colours import ink
from adlocalizer.painting.frame import Frame

WORDS = "PREVIEW · NOT AI-GENERATED"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 Iptc4xmpExt:DigitalSourceType="{SOURCE_TYPE}" xmp:CreatorTool="adlocalizer preview">
<dc:description><rdf:Alt>
<rdf:li xml:lang="x-default">adlocalizer preview: drawn, not AI-generated</rdf:li>
</rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def draw_mark(canvas: skia.Canvas, frame: Frame) -> None:
    """Write the preview line in the bottom corner away from the product, small but legible."""
    margin = 0.022 * min(frame.width, frame.height) + 3
    size = max(9.0, 0.0155 * min(frame.width, frame.height), 0.6 * (frame.width * frame.height) ** 0.5 / 60)
    font = skia.Font(_face(), size)
    wide = font.measureText(WORDS)
    room = frame.width - 2 * margin
    if wide > room:
        font.setSize(size * room / wide)
        wide = room
    x = margin if frame.product_is_right else frame.width - margin - wide
    y = frame.height - margin * 0.8
    for shift, colour in ((max(0.6, size / 14), ink((0, 0, 0), 0.55)), (0.0, ink((1, 1, 1), 0.86))):
        canvas.drawString(WORDS, x + shift, y + shift, font, flat(colour))


def to_jpeg(pixels: Pixels) -> bytes:
    """The picture as a JPEG without colour subsampling, saying in XMP and EXIF that a program drew it."""
    high, wide = pixels.shape[:2]
    exif = Image.Exif()
    exif[0x0131] = "adlocalizer preview"
    out = io.BytesIO()
    picture = Image.frombuffer("RGB", (wide, high), pixels, "raw", "RGBX", 0, 1)
    picture.save(out, "JPEG", quality=95, subsampling=0, xmp=XMP.encode(), exif=exif)
    return out.getvalue()


@functools.cache
def _face() -> skia.Typeface:
    # A face of a pinned package: the system's own default differs from machine to machine.
    spec = importlib.util.find_spec("justmytype_western_core")
    folders = [] if spec is None else list(spec.submodule_search_locations or ())
    for folder in folders:
        for path in sorted(Path(folder).rglob("Inter[[]opsz,wght[]].ttf")):
            # Not Typeface.MakeFromFile: that one starts fontconfig, which prints what it dislikes of the machine.
            return skia.FontMgr.New_Custom_Empty().makeFromFile(str(path))
    raise FileNotFoundError("the face Inter is missing: install justmytype-western-core")
