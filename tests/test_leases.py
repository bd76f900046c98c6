"""A run's place in its deployment's queue, as the server that `serve` starts keeps it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from prefect.server.concurrency.lease_storage import get_concurrency_lease_storage
from prefect.settings import PREFECT_HOME, PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE, temporary_settings

from flows.settings import _DEFAULTS

FIVE_MINUTES = timedelta(minutes=5)
"""What Prefect's engine asks for, each 225 seconds."""


def test_a_place_that_is_renewed_outlives_a_server_that_is_away_for_ten_minutes(tmp_path):
    async def expires() -> datetime:
        storage = get_concurrency_lease_storage()
        lease = await storage.create_lease([uuid4()], FIVE_MINUTES)
        assert await storage.renew_lease(lease.id, FIVE_MINUTES)
        kept = await get_concurrency_lease_storage().read_lease(lease.id)
        assert kept is not None
        return kept.expiration

    named = _DEFAULTS["PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"]
    with temporary_settings({PREFECT_HOME: tmp_path, PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE: named}):
        left = asyncio.run(expires()) - datetime.now(UTC)
    assert left > timedelta(seconds=225) + timedelta(minutes=10)


def test_a_place_that_is_gone_is_not_renewed(tmp_path):
    with temporary_settings({PREFECT_HOME: tmp_path, PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE: "flows.leases"}):
        assert not asyncio.run(get_concurrency_lease_storage().renew_lease(uuid4(), FIVE_MINUTES))
