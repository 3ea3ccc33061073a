"""The classical exchange with a real kernel of its own: a module that is generated, built and loaded into a guest."""

from __future__ import annotations

import shutil
import sys

from netlynx import vm
from netlynx.cli.hello.classical import PROTOCOL, QUESTION
from netlynx.cli.hello.steps import Failed, Say
from netlynx.module import new_protocol

NAME = "hello"


def talk(tell: Say) -> None:
    """The exchange; the guest prints it, `tell` says what is fetched and built. Raises Failed, MachineError."""
    cache = vm.Cache.here()
    kernel, _ = vm.prepare(cache, tell)
    place = cache.root / NAME  # always the same one, so that nothing is compiled twice
    shutil.rmtree(place, ignore_errors=True)
    folder = new_protocol(NAME, PROTOCOL, place)
    module = vm.build(place, NAME, kernel.release, cache, tell)
    tell(f"built the module {NAME} for {kernel.release}; booting it")
    python = sys.executable
    client = [python, f"{folder.name}_client.py", QUESTION]
    status = vm.run(vm.beside(module, client), cache, tell, directory=place)
    if status:
        raise Failed(f"the client's status is {status}")
