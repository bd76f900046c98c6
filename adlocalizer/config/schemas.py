"""JSON Schemas of everything in configs/, made from the nouns: `python -m adlocalizer.config.schemas` writes them."""

from __future__ import annotations

import json
from pathlib import Path

from adlocalizer.config.books import FormatBook, ModelBook
from adlocalizer.config.keeping import StoreConfig
from adlocalizer.config.market_rules import MarketBook
from adlocalizer.config.operations import OperationsBook
from adlocalizer.config.project import find_project
from adlocalizer.config.recipes import RecipeSheet
from adlocalizer.config.tags import TagBook
from adlocalizer.config.weather import WeatherConfig
from adlocalizer.domain import Brand, Campaign, CheckBook, CopyBook, Noun, Product, QuestionBook

FOLDER = "configs/schemas"


def schema_texts() -> dict[str, str]:
    """Every schema's text by its file name."""
    return {f"{name}.schema.json": _text(name, noun) for name, noun in sorted(_nouns().items())}


def write_schemas(root: Path) -> None:
    """Write every schema into a project's configs/schemas/."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _nouns() -> dict[str, type[Noun]]:
    # These two come with Skia, which only whoever writes schemas should wait for.
    from adlocalizer.imaging.faces import FontBook
    from adlocalizer.imaging.layouts import Layout

    return {
        "brand": Brand,
        "campaign": Campaign,
        "checks": CheckBook,
        "copy": CopyBook,
        "fonts": FontBook,
        "formats": FormatBook,
        "judge": QuestionBook,
        "layout": Layout,
        "market": MarketBook,
        "models": ModelBook,
        "operations": OperationsBook,
        "product": Product,
        "recipe": RecipeSheet,
        "store": StoreConfig,
        "tags": TagBook,
        "weather": WeatherConfig,
    }


def _text(name: str, noun: type[Noun]) -> str:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{name}.schema.json"}
    return json.dumps(_closed({**head, **noun.model_json_schema()}), indent=2, ensure_ascii=False) + "\n"


def _closed(schema: object) -> object:
    """The schema with no other key allowed where keys must match a pattern, as reading has it."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: _closed(part) for key, part in schema.items()}
    return {**parts, "additionalProperties": False} if "patternProperties" in parts else parts


if __name__ == "__main__":
    write_schemas(find_project().root)
