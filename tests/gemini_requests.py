"""Requests, settings and bodies that the tests of Gemini share."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import SecretStr

from adlocalizer.config import find_project
from adlocalizer.domain import Box, Composition, Prompt, ProviderConfig, Reference, Request
from adlocalizer.providers import ProviderSettings

ROOT = Path(__file__).parents[1]
MODELS = find_project(ROOT).models()
MODEL = MODELS["gemini-nano-banana-2.1"]
KEY = "AIza-a-key-nobody-may-see"
PLACE = Composition(
    ratio_class="wide", product=Box(x=0.6, y=0.4, w=0.2, h=0.4), quiet=Box(x=0.1, y=0.1, w=0.4, h=0.4), horizon=0.5
)


def picture(colour: str = "teal", form: str = "PNG", size: tuple[int, int] = (160, 90)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, form)
    return made.getvalue()


SHOT = (ROOT / "data/products/solara-can.png").read_bytes()
SMALL = picture()


def prompt(text: str = "Picture 1 is the product, a can. It stands on a table in Tokyo.") -> Prompt:
    return Prompt(text=text, template_sha256="0" * 64, facts=(), composition=PLACE)


def reference(shot: bytes = SHOT) -> Reference:
    return Reference(role="product", sha256=hashlib.sha256(shot).hexdigest(), mime="image/png", path="inputs/shot")


def request(**over: Any) -> Request:
    said = {"provider": "gemini", "model": MODEL.id, "prompt": prompt(), "references": (reference(),)}
    return Request(**{**said, "ratio": "16:9", "size": "1K", "seed": 7, **over})


def settings(url: str | None = None, **config: Any) -> ProviderSettings:
    held = ProviderConfig(**{"base_url": url, "deadline_seconds": 20.0, **config})
    return ProviderSettings(models=MODELS, config=held, concurrency=4, data_folder="data", key=SecretStr(KEY))


def part(shot: bytes = SMALL, **more: Any) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(shot).decode()}, **more}


def answer(*parts: Any, reason: str | None = "STOP", **more: Any) -> str:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    candidate |= {"finishReason": reason} if reason else {}
    image = {"modality": "IMAGE", "tokenCount": 1120}
    usage = {"promptTokenCount": 1000, "candidatesTokenCount": 1130, "thoughtsTokenCount": 200}
    usage |= {"candidatesTokensDetails": [image]}
    return json.dumps({"candidates": [candidate], "usageMetadata": usage, "modelVersion": MODEL.id, **more})
