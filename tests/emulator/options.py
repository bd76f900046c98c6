"""The emulator's options: each with its well-behaved default, and none that is not known."""

from __future__ import annotations

from typing import Any

from tests.emulator.answers import PICTURE_FAULTS
from tests.emulator.faults import RAW, TRANSPORT, error_named, named
from tests.emulator.texts import TEXT_FAULTS

DEFAULTS: dict[str, Any] = {
    "seed": 7,
    "latency": {"median_seconds": 0, "p99_seconds": 0},
    "quota_per_minute": None,
    "quota_window_seconds": 60,
    "quota_per_day": None,
    "spend_limit_micros": None,
    "spend_window_seconds": 600,
    "throttle": "retry_info",
    "retry_seconds": 0.2,
    "free_queries": 5000,
    "thought_tokens": None,
    "retired": ["gemini-3.1-flash-image", "gemini-2.5-flash-image"],
    "retired_on_vertex": ["gemini-2.5-flash-image"],
    "bad_keys": ["invalid-key"],
    "pictures": "drawn",
    "mime": "image/jpeg",
    "canned_bytes": 0,
    "file_life_seconds": 48 * 3600,
    "words": None,
    "verdicts": None,
    "faults": {"mix": {}, "script": [], "next": [], "seed": 7},
    "batch": {
        "seconds": 0.3,
        "outcome": "succeeded",
        "row_faults": {},
        "missing_rows": 0.0,
        "shuffle": False,
        "create_fault": "",
        "list_lag_seconds": 0,
    },
}
_MORE = (
    *("html_502", "empty_503", "ok", "bad_base64", "no_candidates", "no_content", "text_only", "prompt_blocked"),
    *("finish", "finish_with_picture", "unknown_reason", "unknown_part", "two_pictures", "thought_picture_only"),
    *("model_status", "no_usage", "reset_after_accept", "closed_after_accept", "hang_after_accept"),
)
_CHOICES = {
    "pictures": ("drawn", "canned"),
    "throttle": ("retry_info", "retry_after", "bare"),
    "outcome": ("succeeded", "failed", "cancelled", "expired", "stuck", "partial"),
}


def merged(config: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """The configuration with options on top; ValueError names what is unknown."""
    loose = {name: options[name] for name in ("mix", "script", "next") if name in options}
    whole = {name: value for name, value in options.items() if name not in loose}
    if loose:
        whole["faults"] = whole.get("faults", {}) | loose
    result = {name: dict(value) if isinstance(value, dict) else value for name, value in config.items()}
    for name, value in whole.items():
        default = DEFAULTS.get(name)
        if name not in DEFAULTS or (isinstance(default, dict) and set(value) - set(default)):
            raise ValueError(f"unknown option in {name!r}: {value!r}")
        result[name] = result[name] | value if isinstance(default, dict) else value
    if result["mime"] in ("png", "jpeg"):
        result["mime"] = f"image/{result['mime']}"
    result["faults"]["next"] = list(result["faults"]["next"])
    _hold_known(result)
    return result


def _hold_known(config: dict[str, Any]) -> None:
    faults, batch = config["faults"], config["batch"]
    asked = [*faults["mix"], *faults["next"], *(fault for rule in faults["script"] for fault in rule["faults"])]
    created = batch["create_fault"]
    asked += created if isinstance(created, list) else [created or "ok"]
    asked += [value if isinstance(value, str) else name for name, value in batch["row_faults"].items()]
    known = {*_MORE, *TEXT_FAULTS, *PICTURE_FAULTS, *TRANSPORT, *RAW}
    for fault in map(named, asked):
        if fault.partition(":")[0] not in known and error_named(fault, {}) is None:
            raise ValueError(f"unknown fault {fault!r}")
    for name, choices in _CHOICES.items():
        value = batch[name] if name == "outcome" else config[name]
        if value not in choices:
            raise ValueError(f"unknown {name} {value!r}: one of {', '.join(choices)}")
