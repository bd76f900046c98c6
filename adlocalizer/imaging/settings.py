"""The two settings files of imaging, read into their nouns."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from adlocalizer.domain import Noun
from adlocalizer.errors import ConfigError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML was built with libyaml
Kind = TypeVar("Kind", bound=Noun)


def read_settings(path: Path, kind: type[Kind]) -> Kind:
    """A YAML file as a noun; a ConfigError names what is wrong in it."""
    try:
        return kind.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER))  # noqa: S506 - both safe
    except (yaml.YAMLError, OSError) as error:
        raise ConfigError(path.name, " ".join(str(error).split()), "write YAML as in the shipped file") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path.name} ({where})", first["msg"], "see the comments at the top of the file") from error
