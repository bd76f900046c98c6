"""Order: what happens after what. One flow a module.

Prefect reads its settings when it is imported, so they are set here, before any flow imports it. Each one is a default:
what the environment or a Prefect profile says stays. Measured costs and reasons: docs/decisions/0001.
"""

from flows.settings import apply_defaults, apply_log

apply_defaults()
apply_log()
