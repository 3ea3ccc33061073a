"""The pytest plug-in; pytest finds it by its entry point, ``-p no:netlynx`` leaves it out.

Fixtures:

    virtual_kernel  a `VirtualKernel`; it stands in for this host's kernel while the test runs
    netns           a real network namespace of the test's own, for ``connect(netns=netns)``; a skip where that fails
    inside_netns    the same, and the test runs in it
    recorder        a `Recorder` of the test's `netns`, if it asks for that, else of its `virtual_kernel`
    replay          ``replay("links.jsonl")`` has a `Replayer` of that file (beside the test's own) stand in

Nothing but pytest is imported until a fixture is used.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Protocol

try:
    import pytest
except ModuleNotFoundError as missing:
    raise ImportError(
        "the fixtures of netlynx.testing are for pytest, which is not installed: pip install 'netlynx[test]'. "
        "Recorder, Replayer and default_kernel of netlynx.testing work without it"
    ) from missing

if TYPE_CHECKING:
    from netlynx.kernel import VirtualKernel
    from netlynx.netns import NetworkNamespace
    from netlynx.testing.recorder import Recorder
    from netlynx.testing.replayer import Replayer
    from netlynx.transport.replay import AtEnd

_replayers = pytest.StashKey[list["Replayer"]]()


class Replay(Protocol):
    """What the fixture `replay` is."""

    def __call__(self, recording: str | os.PathLike[str], *, ordered: bool = True, at_end: AtEnd = "raise") -> Replayer:
        """Have a recording stand in for this host's kernel until the test ends; the parameters are `Replayer`'s."""


@pytest.fixture
def virtual_kernel() -> Iterator[VirtualKernel]:
    """A kernel in Python, which stands in for this host's: ``netlynx.connect()`` talks to it until the test ends."""
    from netlynx.kernel import VirtualKernel
    from netlynx.transport.default_kernel import default_kernel

    with VirtualKernel() as kernel, default_kernel(kernel):
        yield kernel


@pytest.fixture
def netns() -> Iterator[NetworkNamespace]:
    """A network namespace of this host's kernel that nobody else is in; it is gone with the test.

    The test is skipped, with the reason, where none can be made. As an ordinary user run ``unshare -Urn pytest``.
    """
    from netlynx.testing.namespaces import NoNamespace, new_namespace

    try:
        namespace = new_namespace()
    except NoNamespace as reason:
        pytest.skip(str(reason))
    with namespace:
        yield namespace


@pytest.fixture
def inside_netns(netns: NetworkNamespace) -> Iterator[NetworkNamespace]:
    """The namespace of `netns`, and the test is in it, with the threads and processes that it starts."""
    from netlynx.netns import inside

    with inside(netns):
        yield netns


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    """Remembers what is asked of the test's `netns`, if it asks for that fixture, else of its `virtual_kernel`.

    It stands in for this host's kernel: ``netlynx.connect()`` goes through it.
    """
    from netlynx.testing.recorder import Recorder
    from netlynx.transport.default_kernel import default_kernel

    if "netns" in request.fixturenames and "virtual_kernel" not in request.fixturenames:
        made = Recorder(netns=request.getfixturevalue("netns"))
    else:
        made = Recorder(request.getfixturevalue("virtual_kernel"))
    with default_kernel(made):
        yield made


@pytest.fixture
def replay(request: pytest.FixtureRequest) -> Iterator[Replay]:
    """Answers from recordings: ``replay("links.jsonl")``, a file beside the test's own. The test fails if what the
    program asked did not fit, even where the program caught that."""
    from netlynx.testing.replayer import Replayer
    from netlynx.transport.default_kernel import default_kernel

    replayers: list[Replayer] = []
    request.node.stash[_replayers] = replayers
    with contextlib.ExitStack() as standing_in:

        def begin(recording: str | os.PathLike[str], *, ordered: bool = True, at_end: AtEnd = "raise") -> Replayer:
            replayer = Replayer(request.path.parent / recording, ordered=ordered, at_end=at_end)
            replayers.append(replayer)
            return standing_in.enter_context(default_kernel(replayer))

        yield begin


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """After a test that passed by itself: fail it if a replayer was asked for what it does not have."""
    yield
    for replayer in item.stash.get(_replayers, ()):
        replayer.check()
