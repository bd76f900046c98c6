"""What each model can draw, what its tokens cost, and how many pixels a ratio and a size have (read November 2026)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_TABLE = """
1:1   512x512   1024x1024  2048x2048  4096x4096
1:4   256x1024  512x2048   1024x4096  2048x8192
4:1   1024x256  2048x512   4096x1024  8192x2048
1:8   192x1536  384x3072   768x6144   1536x12288
8:1   1536x192  3072x384   6144x768   12288x1536
2:3   424x632   848x1264   1696x2528  3392x5056
3:2   632x424   1264x848   2528x1696  5056x3392
3:4   448x600   896x1200   1792x2400  3584x4800
4:3   600x448   1200x896   2400x1792  4800x3584
4:5   464x576   928x1152   1856x2304  3712x4608
5:4   576x464   1152x928   2304x1856  4608x3712
9:16  384x688   768x1376   1536x2752  3072x5504
16:9  688x384   1376x768   2752x1536  5504x3072
21:9  792x336   1584x672   3168x1344  6336x2688
"""
_OLD_TABLE = (
    "1:1 1024x1024 2:3 832x1248 3:2 1248x832 3:4 864x1184 4:3 1184x864 4:5 896x1152 5:4 1152x896 "
    "9:16 768x1344 16:9 1344x768 21:9 1536x672"
)


def _sides(word: str) -> tuple[int, int]:
    wide, high = word.split("x")
    return int(wide), int(high)


_ROWS = [line.split() for line in _TABLE.split("\n") if line]
_PIXELS = {
    row[0]: {size: _sides(word) for size, word in zip(("512", "1K", "2K", "4K"), row[1:], strict=True)} for row in _ROWS
}
_OLD_PIXELS = {
    ratio: {"1K": _sides(word)} for ratio, word in zip(_OLD_TABLE.split()[::2], _OLD_TABLE.split()[1::2], strict=True)
}
RATIOS = tuple(_PIXELS)
_TEN = tuple(ratio for ratio in RATIOS if ratio not in {"1:4", "4:1", "1:8", "8:1"})
_FLASH = {"512": 747, "1K": 1120, "2K": 1680, "4K": 2520}


class Model(NamedTuple):
    """One model. Prices are thousandths of a micro-dollar a token: 1.50 dollars a million tokens is 1500."""

    id: str
    title: str
    sizes: tuple[str, ...]
    prices: tuple[int, int, int]
    """Input; text and thoughts out; pictures out."""
    ratios: tuple[str, ...] = RATIOS
    image_tokens: Mapping[str, int] = _FLASH
    reference_tokens: int = 1120
    most_references: int = 14
    thinking: tuple[str, ...] = ()
    """Levels a request may ask for, the default first; none: the model does not think."""
    always_thinks: bool = False
    search: tuple[str, ...] = ()
    token_limits: tuple[int, int] = (131_072, 32_768)

    def pixels(self, ratio: str, size: str) -> tuple[int, int]:
        """Width and height of a picture."""
        return (_OLD_PIXELS if self.id.startswith("gemini-2.5") else _PIXELS)[ratio][size]

    def described(self) -> dict[str, object]:
        """As `GET models/…` shows it."""
        return {
            "name": f"models/{self.id}",
            "version": "001",
            "displayName": self.title,
            "description": "Draws pictures.",
            "inputTokenLimit": self.token_limits[0],
            "outputTokenLimit": self.token_limits[1],
            "supportedGenerationMethods": ["generateContent", "countTokens", "batchGenerateContent"],
            "thinking": bool(self.thinking) or self.always_thinks,
        }


MODELS = {
    model.id: model
    for model in (
        Model(
            "gemini-nano-banana-2.1",
            "Nano Banana 2.1",
            ("1K", "2K", "4K"),
            (1500, 7500, 30_000),
            thinking=("MEDIUM", "MINIMAL", "HIGH"),
            search=("webSearch", "imageSearch"),
        ),
        Model(
            "gemini-3.1-flash-image",
            "Nano Banana 2",
            ("1K", "512", "2K", "4K"),
            (500, 3000, 60_000),
            thinking=("MINIMAL", "HIGH"),
            search=("webSearch", "imageSearch"),
        ),
        Model(
            "gemini-3.1-flash-lite-image",
            "Nano Banana 2 Lite",
            ("1K",),
            (250, 1500, 30_000),
            ratios=_TEN,
            token_limits=(65_536, 4096),
        ),
        Model(
            "gemini-3-pro-image",
            "Nano Banana Pro",
            ("1K", "2K", "4K"),
            (2000, 12_000, 120_000),
            ratios=_TEN,
            image_tokens={"1K": 1120, "2K": 1120, "4K": 2000},
            reference_tokens=560,
            always_thinks=True,
            search=("webSearch",),
            token_limits=(65_536, 32_768),
        ),
        Model(
            "gemini-2.5-flash-image",
            "Nano Banana",
            ("1K",),
            (300, 2500, 30_000),
            ratios=_TEN,
            image_tokens={"1K": 1290},
            most_references=3,
            token_limits=(65_536, 32_768),
        ),
    )
}
