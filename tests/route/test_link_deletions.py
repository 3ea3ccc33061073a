"""Links that the kernel would say it deletes, and leave: refused before anything is sent, others are not looked at."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

import netlynx
from netlynx import route
from netlynx.errors import NotSupported
from netlynx.kernel import Request, VirtualKernel
from netlynx.route.constants import RTM
from netlynx.wire.constants import NETLINK

LINKS = [
    route.Link(index=2, name="tunl0", kind="ipip", data=route.Ipip(local="0.0.0.0", remote="0.0.0.0"), group=0),
    route.Link(index=3, name="ip6tnl0", kind="ip6tnl", data=route.Ip6Tunnel(local="::", remote="::"), group=7),
    route.Link(index=4, name="gre0", kind="gre", data=route.Gre(remote="192.0.2.1"), group=8),
    route.Link(index=5, name="sit0", kind="veth", group=8),
    route.Link(index=6, name="ip_vti0", kind="vti", data=route.Vti(), group=9),
    route.Link(index=7, name="gretap0", kind="gretap", data=route.Gre(collect_metadata=True), group=9),
]
STAY = {"tunl0", "ip6tnl0", "ip_vti0"}


class Kernel:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.kernel = VirtualKernel()
        service = self.kernel.serve(NETLINK.ROUTE)

        @service.do(RTM.GETLINK, reply=RTM.NEWLINK, record=route.Link)
        def look_up(request: Request) -> Any:
            self.asked.append("look")
            wanted: Any = request.record
            found = (wanted.index, wanted.name)
            return next((each for each in LINKS if each.index == found[0] or each.name == found[1]), None)

        @service.dump(RTM.GETLINK, reply=RTM.NEWLINK)
        def listing(request: Request) -> Any:
            self.asked.append("list")
            yield from LINKS

        @service.do(RTM.DELLINK)
        def delete(request: Request) -> None:
            self.asked.append("delete")


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.mark.parametrize("by", ["index", "name"])
def test_by_what_finds_it(kernel: Kernel, by: str) -> None:
    with netlynx.connect(kernel=kernel.kernel) as nl:
        for each in LINKS:
            kernel.asked.clear()
            deletion = route.delete(route.Link(**{by: getattr(each, by)}))
            if each.name in STAY:
                with pytest.raises(NotSupported, match=f"{each.name}: .*(?s:.*)Nothing was sent"):
                    nl.do(deletion)
                assert kernel.asked == ["look"]
            else:
                nl.do(deletion)
                assert kernel.asked == ["look", "delete"]


def test_as_it_was_read_only_those_that_stay_are_looked_at(kernel: Kernel) -> None:
    with netlynx.connect(kernel=kernel.kernel) as nl:
        for each in nl.dump(route.links()):
            kernel.asked.clear()
            if each.name in STAY:
                with pytest.raises(NotSupported):
                    nl.do(route.delete(each))
            else:
                nl.do(route.delete(each))
                assert kernel.asked == ["delete"]


def test_another_name_is_not_looked_up(kernel: Kernel) -> None:
    with netlynx.connect(kernel=kernel.kernel) as nl:
        nl.do(route.delete(route.Link(name="veth0")))
    assert kernel.asked == ["delete"]


def test_a_group_says_which_of_them_stays(kernel: Kernel) -> None:
    with netlynx.connect(kernel=kernel.kernel) as nl:
        with pytest.raises(NotSupported, match="ip_vti0: "):
            nl.do(route.delete(route.Link(group=9)))
        nl.do(route.delete(route.Link(group=8)))
    assert kernel.asked == ["list", "list", "delete"]


def test_in_a_batch_all_are_looked_at_once(kernel: Kernel) -> None:
    with netlynx.connect(kernel=kernel.kernel) as nl:
        done = nl.batch([route.delete(route.Link(index=each.index)) for each in LINKS], on_error="continue")
    assert {LINKS[at].name for at in done.errors} == STAY
    assert kernel.asked == ["list", "delete", "delete", "delete"]


def test_a_flush_leaves_them(kernel: Kernel) -> None:
    with netlynx.connect(kernel=kernel.kernel) as nl:
        assert nl.do(route.flush(route.links())) == len(LINKS) - len(STAY)


def test_neither_shell_differs(kernel: Kernel) -> None:
    async def ask() -> None:
        async with netlynx.aconnect(kernel=kernel.kernel) as nl:
            with pytest.raises(NotSupported):
                await nl.do(route.delete(route.Link(name="tunl0")))

    anyio.run(ask)
