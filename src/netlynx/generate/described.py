"""A family as something other than a spec describes it."""

from __future__ import annotations

import msgspec

from netlynx.ynl.family import Spec


class Description(msgspec.Struct, frozen=True):
    """What was read: a spec, as those of `netlynx.ynl`, and a line for each thing that could not be read."""

    spec: Spec
    remarks: tuple[str, ...] = ()
