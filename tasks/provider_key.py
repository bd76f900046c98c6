"""The provider's key: from the environment, else from a Prefect Secret block."""

from __future__ import annotations

import os
from typing import cast

from prefect.blocks.system import Secret
from pydantic import SecretStr

from adlocalizer.domain import Model
from adlocalizer.redaction import conceal

_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")


async def provider_key(model: Model) -> SecretStr | None:
    """The key in the Secret block `gemini-api-key`; None where the environment has one, or nothing is spent."""
    if not model.spends or any(os.environ.get(name) for name in _VARIABLES):
        return None
    try:
        block = cast("Secret[str]", await Secret.aload(f"{model.provider}-api-key"))
    except ValueError:  # there is no such block: the provider says what is missing
        return None
    conceal(block.get())
    return SecretStr(block.get())
