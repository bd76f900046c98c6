"""Which door of Gemini a run goes through, and what opens it: configuration and environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import SecretStr

from adlocalizer.domain import ProviderConfig
from adlocalizer.errors import ConfigError, NotAllowed


class Access(NamedTuple):
    """How the API is reached: by key, or on Vertex AI by project and the credentials of its machine."""

    key: SecretStr | None
    vertex: bool = False
    project: str | None = None
    location: str | None = None
    base_url: str | None = None


def access_of(config: ProviderConfig, key: SecretStr | None, environment: Mapping[str, str]) -> Access:
    """Find the way in; the environment goes before the file, with the names Google's SDK reads."""
    if config.backend == "vertex" or _wants_vertex(environment):
        project = environment.get("GOOGLE_CLOUD_PROJECT") or config.project
        if not project:
            remedy = "set GOOGLE_CLOUD_PROJECT, or `project:` under `providers: gemini:` in models.yml"
            raise ConfigError("GOOGLE_CLOUD_PROJECT", "Vertex AI needs a project and none is named", remedy)
        location = environment.get("GOOGLE_CLOUD_LOCATION") or config.location
        return Access(None, True, project, location, environment.get("GOOGLE_VERTEX_BASE_URL") or config.base_url)
    found = key.get_secret_value() if key else environment.get("GOOGLE_API_KEY") or environment.get("GEMINI_API_KEY")
    if not (found or "").strip():
        raise NotAllowed("there is no key: set GEMINI_API_KEY, or try the campaign for nothing with --provider preview")
    base_url = environment.get("GOOGLE_GEMINI_BASE_URL") or config.base_url
    return Access(SecretStr(str(found).strip()), base_url=base_url)


def _wants_vertex(environment: Mapping[str, str]) -> bool:
    said = environment.get("GOOGLE_GENAI_USE_ENTERPRISE", environment.get("GOOGLE_GENAI_USE_VERTEXAI", ""))
    return said.lower() in ("true", "1")
