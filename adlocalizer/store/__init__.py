"""Where everything a run keeps lives: a folder or an object store, and the ledger of what was paid for."""

from adlocalizer.store.claims import Claims, claims_of
from adlocalizer.store.folder import Taken
from adlocalizer.store.ledger import Ledger
from adlocalizer.store.store import Store
from adlocalizer.store.texts import TextLedger

__all__ = ["Claims", "Ledger", "Store", "Taken", "TextLedger", "claims_of"]
