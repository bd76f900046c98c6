"""Who is told when somebody must act, and which variables hold secrets: `configs/operations.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from adlocalizer.config.documents import read_yaml
from adlocalizer.domain import Noun

NoticeKind = Literal["degraded", "waiting", "over-budget", "failed", "crashed"]
"""What people are told of."""

Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,62}$")]
"""The name of an environment variable."""


class Channel(Noun):
    """One way people are told."""

    kind: Literal["webhook", "slack", "email"]
    by: Literal["run", "prefect"] = Field(default="run", description="The run itself, or automations in Prefect")
    on: tuple[NoticeKind, ...] = Field(default=get_args(NoticeKind), description="What it is told of")
    url_from: Variable | None = Field(default=None, description="Variable that holds the webhook's address")
    server: str | None = Field(default=None, description="Mail server")
    port: int = Field(
        default=587, ge=1, le=65535, description="587: the connection is encrypted before anything is sent"
    )
    sender: str | None = Field(default=None, description="Address the mail comes from; also the login")
    to: tuple[str, ...] = Field(default=(), description="Addresses")
    password_from: Variable | None = Field(default=None, description="Variable with the password; left out: none")

    @model_validator(mode="after")
    def _is_whole(self) -> Channel:
        if self.kind != "email" and self.url_from is None:
            raise ValueError(f"a {self.kind} needs url_from; write the variable that holds its address")
        if self.kind == "email" and not (self.server and self.sender and self.to):
            raise ValueError("an email needs server, sender and to; write all three")
        if self.kind == "email" and self.by == "prefect":
            raise ValueError("an email is sent by the run; write by: run, or leave it out")
        return self


class OperationsBook(Noun):
    """The whole file."""

    secrets: tuple[Variable, ...] = Field(default=(), description="Variables that a Secret block may stand in for")
    channels: tuple[Channel, ...] = Field(default=(), description="Ways people are told; none: nobody is")
    remedies: dict[NoticeKind, str] = Field(default_factory=dict, description="What to do, by what happened")


def read_operations(root: Path) -> OperationsBook:
    """The file of a project; ConfigError when it says something we cannot accept."""
    return read_yaml(root / "configs" / "operations.yml", OperationsBook, root)
