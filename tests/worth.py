"""How many examples a property is tried on: few each time, as most of what they find the first few find."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FULL = "NETLYNX_TESTS_IN_FULL"  # set by the option --full, for the processes that share the work too
MORE = 40

# A busy machine makes an example slow, not wrong.
CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


def examples(few: int) -> settings:
    """So many, or forty times as many with --full."""
    return settings(
        max_examples=few * (MORE if os.environ.get(FULL) else 1), deadline=None, suppress_health_check=CHECKS
    )
