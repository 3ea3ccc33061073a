"""Names of interfaces in families that are read from specs: where their indexes go, and what is said elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import netlynx
from netlynx import EncodeTypeError, netdev, route, ynl
from netlynx.engine.named import NamedDo, NamedDump
from netlynx.schema import string, u32, u64
from netlynx.ynl.interfaces import with_interfaces

Load = Callable[[str], ynl.Spec]

# As much of the kernel's netdev family as is needed, and what no spec of the kernel's has side by side.
NETDEV = """
    name: netdev
    protocol: genetlink
    attribute-sets:
      - name: dev
        attributes:
          - {name: ifindex, type: u32, checks: {min: 1}}
          - {name: port-ifindex, type: u32, value: 100}
          - {name: link, type: u32}
          - {name: rate, type: u32}
    operations:
      list:
        - name: dev-get
          value: 1
          attribute-set: dev
          do: {request: {attributes: [ifindex]}, reply: {attributes: [ifindex]}}
          dump: {reply: {attributes: [ifindex]}}
"""


@pytest.mark.namespace
def test_a_name_goes_where_an_index_goes(load: Load, nl: netlynx.Connection) -> None:
    spec = load(NETDEV)
    nl.do(route.add(route.Link(name="v0", kind="bridge")))
    index = nl.do(route.link(name="v0")).index
    named = spec.do("dev-get", ifindex="v0")
    assert isinstance(named, NamedDo)
    assert nl.do(named).ifindex == nl.do(spec.do("dev-get", ifindex=index)).ifindex == index
    assert nl.do(netdev.device(index="v0")).index == index
    with pytest.raises(netlynx.NotFound, match=r"dev-get.*ifindex"):
        nl.do(spec.do("dev-get", ifindex="v1"))


def test_only_certain_signs_make_an_index(load: Load) -> None:
    spec = load(NETDEV)
    assert isinstance(spec.dump("dev-get", port_ifindex="v0"), NamedDump)
    for given in ("v0", "eth0.5"):
        with pytest.raises(EncodeTypeError, match=r"link: expected a number, .*route.link\(name='.*'\)\).index"):
            spec.do("dev-get", link=given)
        with pytest.raises(EncodeTypeError, match=r"rate: expected a number, not str '[\w.]*'$"):
            spec.do("dev-get", rate=given)
    assert with_interfaces(u32, "netdev", "ifindex").names == "interface"
    assert with_interfaces(u32, "ethtool", "dev-index").names == "interface"
    for kind, name in ((u32, "dev-index"), (u32, "index"), (u32, "ifindexes"), (u64, "ifindex"), (string, "ifindex")):
        assert with_interfaces(kind, "netdev", name) is kind
