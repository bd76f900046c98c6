"""Which door of Gemini a run goes through, and what opens it: configuration and environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr

from adlocalizer.domain import ProviderConfig
from adlocalizer.errors import ConfigError, NotAllowed
from adlocalizer.redaction import conceal


class Access(NamedTuple):
    """How the API is reached: by key, or on Vertex AI by project and the credentials of its machine."""

    key: SecretStr | None
    vertex: bool = False
    project: str | None = None
    location: str | None = None
    base_url: str | None = None

    @property
    def opener(self) -> dict[str, Any]:
        """What the SDK's client is made with."""
        if self.vertex:
            return {"vertexai": True, "project": self.project, "location": self.location}
        return {"vertexai": False, "api_key": self.key.get_secret_value() if self.key else None}


def resolved(config: ProviderConfig, environment: Mapping[str, str]) -> ProviderConfig:
    """The configuration as it holds here: what the environment says goes before the file, empty says nothing.

    Names and meanings are those of Google's SDK: GOOGLE_GENAI_USE_ENTERPRISE goes before GOOGLE_GENAI_USE_VERTEXAI,
    and either before `backend:`; GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION count on Vertex AI only, and each
    backend has its own base URL: GOOGLE_GEMINI_BASE_URL, GOOGLE_VERTEX_BASE_URL. Resolved twice is resolved once.
    """
    said = environment.get("GOOGLE_GENAI_USE_ENTERPRISE") or environment.get("GOOGLE_GENAI_USE_VERTEXAI")
    vertex = said.lower() in ("true", "1") if said else config.backend == "vertex"
    names = {"base_url": _address_name(vertex)}
    if vertex:
        names |= {"project": "GOOGLE_CLOUD_PROJECT", "location": "GOOGLE_CLOUD_LOCATION"}
    told = {field: value for field, name in names.items() if (value := environment.get(name))}
    return config.model_copy(update={"backend": "vertex" if vertex else "developer", **told})


def access_of(config: ProviderConfig, key: SecretStr | None, environment: Mapping[str, str]) -> Access:
    """The way in by a resolved configuration: a key we are given, else the environment's; no log shows it from now."""
    vertex = config.backend == "vertex"
    if config.base_url and not _is_address(config.base_url):
        where = f"{_address_name(vertex)} (or `base_url:` in models.yml)"
        raise ConfigError(where, "this is no address of a server", "write one like https://host or http://host:8080")
    if not vertex:
        return Access(_key(key, environment), base_url=config.base_url)
    if not config.project:
        remedy = "set GOOGLE_CLOUD_PROJECT, or `project:` under `providers: gemini:` in models.yml"
        raise NotAllowed(f"Vertex AI needs a project and none is named: {remedy}")
    return Access(None, True, config.project, config.location, config.base_url)


def _key(key: SecretStr | None, environment: Mapping[str, str]) -> SecretStr:
    given = key.get_secret_value() if key else ""
    said = (given, environment.get("GOOGLE_API_KEY", ""), environment.get("GEMINI_API_KEY", ""))
    found = next((word for one in said if (word := one.strip())), "")
    if not found:
        raise NotAllowed("there is no key: set GEMINI_API_KEY, or try the campaign for nothing with --provider preview")
    conceal(found)
    if not all("!" <= letter <= "~" for letter in found):
        raise NotAllowed("the key holds a letter no key has: copy it again into GEMINI_API_KEY (or GOOGLE_API_KEY)")
    return SecretStr(found)


def _address_name(vertex: bool) -> str:
    return "GOOGLE_VERTEX_BASE_URL" if vertex else "GOOGLE_GEMINI_BASE_URL"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
