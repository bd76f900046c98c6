"""Where the tables of a store are, how Delta Lake is told to reach them, and what its errors mean."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple, get_args

from adlocalizer.errors import StoreError
from adlocalizer.redaction import redacted
from adlocalizer.store import Store
from adlocalizer.store.paths import NO_BUCKET, shown

Table = Literal["renditions", "attempts", "reviews"]
TABLES: tuple[Table, ...] = get_args(Table)

_SCHEMES = ("s3", "s3a", "gs", "gcs")
_AMAZON = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_GOOGLE = "STORAGE_EMULATOR_HOST"
"""Where Google's own clients, and gcsfs, look for a server that stands in for Google's."""
_in_memory: dict[str, str] = {}


class Place(NamedTuple):
    """Where a table is, and what Delta Lake needs beside the environment to reach it."""

    url: str
    options: dict[str, str] | None = None


def place_of(store_url: str, table: Table) -> Place:
    """The place of a table; StoreError for a store that cannot hold any."""
    if (folder := Store(store_url).local_path(f"catalogue/{table}")) is not None:
        return Place(str(folder))
    scheme = store_url.partition("://")[0]
    if scheme in _SCHEMES:
        return Place(f"{store_url.rstrip('/')}/catalogue/{table}", _options(scheme))
    if scheme == "memory":  # such a store ends with its process, and so do its tables
        if store_url not in _in_memory:
            _in_memory[store_url] = tempfile.mkdtemp(prefix="adlocalizer-tables-")
            atexit.register(shutil.rmtree, _in_memory[store_url], ignore_errors=True)
        return Place(f"{_in_memory[store_url]}/{table}")
    raise StoreError(f"store {shown(store_url)}: cannot hold the catalogue; use a folder, s3:// or gs://")


def check_url(store_url: str) -> None:
    """StoreError when a store cannot hold the catalogue."""
    place_of(store_url, TABLES[0])


@contextmanager
def explained(store_url: str, table: Table) -> Iterator[None]:
    """Turn what Delta Lake raises into a StoreError: URL, table, cause, remedy."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (DeltaError, OSError, ValueError) as error:
        cause = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).partition("<?xml")[0].split())[
            :300
        ]  # it is coloured
        remedy = "check the disk or the credentials and run again; no picture is paid for twice"
        if "bucket does not exist" in str(error):
            cause, remedy = NO_BUCKET
        raise StoreError(redacted(f"store {shown(store_url)}: catalogue/{table}: {cause}; {remedy}")) from error


def _options(scheme: str) -> dict[str, str] | None:
    if scheme in ("gs", "gcs"):
        return _stand_in(os.environ.get(_GOOGLE, ""))
    # An endpoint without TLS is one somebody named on purpose: a server of their own.
    named = next((os.environ[name] for name in _AMAZON if os.environ.get(name)), "")
    return {"endpoint": named, "allow_http": "true"} if named.startswith("http://") else None


def _stand_in(host: str) -> dict[str, str] | None:
    """How Delta Lake is told of a server in Google's place that asks for no key: by the file a key would stand in."""
    if not host:
        return None
    url = host if "://" in host else f"http://{host}"
    key = {"gcs_base_url": url, "disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}
    return {"google_service_account_key": json.dumps(key), "allow_http": "true"}
