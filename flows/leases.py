"""Runs' places in a deployment's queue, as the server keeps them: in files, and held while the server is away."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from prefect.server.concurrency.lease_storage.filesystem import ConcurrencyLeaseStorage as Files

_AT_LEAST = timedelta(minutes=15)


class ConcurrencyLeaseStorage(Files):
    """Holds what is renewed for a quarter of an hour; what `PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE` names.

    A run renews its place every 225 seconds for 300, and goes on asking for twelve minutes; Prefect has no setting for
    any of these. A server that was away for 75 seconds would give the place up, and Prefect would end the run.
    """

    async def renew_lease(self, lease_id: UUID, ttl: timedelta) -> bool:
        """Hold it for at least so long; False when it is gone."""
        return await super().renew_lease(lease_id, max(ttl, _AT_LEAST))
