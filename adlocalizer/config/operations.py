"""Where work is done, who is told when somebody must act, which variables hold secrets: `configs/operations.yml`."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, field_validator, model_validator

from adlocalizer.config.documents import line_of, read_document, read_yaml
from adlocalizer.config.wording import shown_path
from adlocalizer.domain import Noun
from adlocalizer.errors import ConfigError

NoticeKind = Literal["degraded", "waiting", "over-budget", "failed", "crashed"]
"""What people are told of."""

Runner = Literal["local", "dask", "ray"]
"""Whose processes make shards: the run's own, or those of a cluster."""

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


class Cluster(Noun):
    """The processes that make shards where the runner is not `local`."""

    workers: int | None = Field(default=None, ge=1, le=1000, description="How many; left out: one for each core here")
    address: str | None = Field(default=None, description="Of one that runs already; left out: it is started")

    @field_validator("address")
    @classmethod
    def _names_a_place(cls, address: str | None) -> str | None:
        if address is None or address == "auto" or re.fullmatch(r"([a-z]+://)?[^\s:/@]+:\d{1,5}", address):
            return address
        raise ValueError(f"{address!r} is no address; write one like tcp://scheduler:8786 or ray://head:10001")

    @model_validator(mode="after")
    def _is_counted(self) -> Cluster:
        if self.address is not None and self.workers is None:
            raise ValueError("an address needs workers; write how many worker processes the cluster has")
        return self


class OperationsBook(Noun):
    """The whole file."""

    runner: Runner = Field(default="local", description="Whose processes make shards: the run's own, or a cluster's")
    cluster: Cluster = Field(default=Cluster(), description="Read where the runner is dask or ray")
    secrets: tuple[Variable, ...] = Field(default=(), description="Variables that a Secret block may stand in for")
    channels: tuple[Channel, ...] = Field(default=(), description="Ways people are told; none: nobody is")
    remedies: dict[NoticeKind, str] = Field(default_factory=dict, description="What to do, by what happened")


def read_operations(root: Path) -> OperationsBook:
    """The file of a project; ConfigError when it says something we cannot accept."""
    return read_yaml(root / "configs" / "operations.yml", OperationsBook, root)


def check_installed(root: Path) -> None:
    """ConfigError when the packages of the project's runner are not installed."""
    runner = read_operations(root).runner
    if runner == "local" or all(map(importlib.util.find_spec, (runner, f"prefect_{runner}"))):
        return
    path = root / "configs" / "operations.yml"
    shown = shown_path(path, root)
    where = f"{shown}:{line_of(read_document(path, shown).node, ('runner',))} (runner)"
    remedy = f"install the extra (pip install '.[{runner}]' in the checkout), or write local"
    raise ConfigError(where, f"{runner} is not installed", remedy)
