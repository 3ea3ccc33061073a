"""A family that goes and comes back, as with its module: under a new number, which awaiting clients find out too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from greeter import Greeted, Greeter

import netlynx
from netlynx.kernel import VirtualKernel
from support import PATIENCE

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as kernel:
        yield kernel


@pytest.fixture
def served(kernel: VirtualKernel) -> Greeted:
    return Greeted(kernel)


@pytest.fixture
async def nl(kernel: VirtualKernel, anyio_backend: str) -> AsyncIterator[netlynx.AsyncConnection]:
    async with netlynx.aconnect(kernel=kernel, timeout=PATIENCE) as nl:
        yield nl


def reloaded(kernel: VirtualKernel, served: Greeted) -> Greeted:
    served.service.unregister()
    again = Greeted(kernel)
    assert again.service.id != served.service.id
    return again


async def test_a_do_finds_it_again(kernel: VirtualKernel, served: Greeted, nl: netlynx.AsyncConnection) -> None:
    await nl.do(Greeter.reset())
    again = reloaded(kernel, served)
    await nl.do(Greeter.reset())
    assert (served.resets, again.resets) == (1, 1)


async def test_a_dump_finds_it_again(kernel: VirtualKernel, served: Greeted, nl: netlynx.AsyncConnection) -> None:
    await nl.dump(Greeter.all()).all()
    again = reloaded(kernel, served)
    assert await nl.dump(Greeter.all()).all() == again.rows
    served = reloaded(kernel, again)
    assert [row async for row in nl.dump(Greeter.all())] == served.rows
    reloaded(kernel, served)
    assert await nl.count(Greeter.all()) == 1000


async def test_a_batch_is_refused_once_and_the_next_one_finds_it(
    kernel: VirtualKernel, served: Greeted, nl: netlynx.AsyncConnection
) -> None:
    await nl.batch([Greeter.reset()])
    again = reloaded(kernel, served)
    operations = [Greeter.reset(), Greeter.hello(text="you"), Greeter.reset()]
    with pytest.raises(netlynx.NotFound, match="reset"):
        await nl.batch(operations)  # what was carried out of it cannot be known, so nothing is sent twice
    assert (served.resets, again.resets) == (1, 0)
    assert len(await nl.batch(operations)) == 3
    assert again.resets == 2


async def test_who_listens_joins_the_new_groups(
    kernel: VirtualKernel, served: Greeted, nl: netlynx.AsyncConnection
) -> None:
    async with nl.subscribe(Greeter.said) as events:
        served.service.said(Greeter.Greeting(text="before"))
        assert (await events.get(PATIENCE)).record.text == "before"
        again = reloaded(kernel, served)
        await nl.do(Greeter.reset())
        assert events.drain() == []  # whoever reads joins the groups again
        again.service.said(Greeter.Greeting(text="again"))
        assert await events.get(PATIENCE) == netlynx.Event("said", Greeter.Greeting(text="again"))


async def test_while_it_is_away_there_is_no_such_family(
    kernel: VirtualKernel, served: Greeted, nl: netlynx.AsyncConnection
) -> None:
    await nl.do(Greeter.reset())
    served.service.unregister()
    for _ in range(2):
        with pytest.raises(netlynx.NotSupported, match="no generic netlink family 'greeter'"):
            await nl.do(Greeter.reset())
        with pytest.raises(netlynx.NotSupported, match="no generic netlink family 'greeter'"):
            await nl.dump(Greeter.all()).all()
    again = Greeted(kernel)
    await nl.do(Greeter.reset())
    assert again.resets == 1
