"""A typed room for any family or protocol, written from what describes it: records, operations, groups, enumerations.

    from pathlib import Path

    from netlynx import generate, ynl

    made = generate.room(ynl.load("netdev"))
    print(made.remarks)                       # what the spec leaves open
    print(generate.write(made, Path("netdev")))  # a diff of what changed

Of a family without a spec, ``nl.do(generate.from_kernel("nlctrl"))`` is what the kernel tells, in the place of one, and
``generate.from_c("toy.h", "toy.c").spec`` what its C says.

The room is in the schema language, as those of this package are: mypy takes it strictly, a `VirtualKernel` serves the
family at once, and `netlynx module new` makes the C of it. What is generated stands apart from what is refined by hand:
see `write`. ``netlynx family generate`` does all this.
"""

from __future__ import annotations

from netlynx.generate.described import Description
from netlynx.generate.header import from_c
from netlynx.generate.room import Room, room
from netlynx.generate.told import from_kernel
from netlynx.generate.writing import GenerateError, Written, width_of, write

__all__ = ["Description", "GenerateError", "Room", "Written", "from_c", "from_kernel", "room", "width_of", "write"]
