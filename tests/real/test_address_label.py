"""Address labels on a real kernel, read and made beside `ip addrlabel`."""

from __future__ import annotations

import json
from collections import Counter

import pytest

import netlynx
from conftest import Ip
from netlynx import route

pytestmark = pytest.mark.namespace


def _by_ip(ip: Ip) -> Counter[tuple[str, str, int]]:
    found = json.loads(ip("-j addrlabel list"))
    return Counter((f"{each['address']}/{each['prefixlen']}", each.get("ifname", ""), each["label"]) for each in found)


def _here(nl: netlynx.Connection) -> Counter[tuple[str, str, int]]:
    names = {each.index: each.name for each in nl.dump(route.links())}
    found = nl.dump(route.address_labels())
    return Counter((each.prefix or "", names.get(each.index, ""), each.label or 0) for each in found)


def test_both_say_the_same_of_what_each_made(nl: netlynx.Connection, ip: Ip) -> None:
    assert _here(nl) == _by_ip(ip)
    ip("addrlabel add prefix 2001:db8::/32 dev lo label 99")
    ip("addrlabel add prefix 2001:db8::/32 label 98")
    nl.do(route.add(route.AddressLabel(prefix="2001:db8:1::/48", index="lo", label=97)))
    nl.do(route.add(route.AddressLabel(prefix="::/0", index="lo", label=96)))
    nl.do(route.replace(route.AddressLabel(prefix="::/0", label=95)))
    assert _here(nl) == _by_ip(ip)
    assert _here(nl)[("2001:db8:1::/48", "lo", 97)] == _here(nl)[("::/0", "", 95)] == 1


def test_the_longest_prefix_counts_and_the_interfaces_own(nl: netlynx.Connection) -> None:
    nl.do(route.add(route.AddressLabel(prefix="2001:db8::/32", label=9)))
    nl.do(route.add(route.AddressLabel(prefix="2001:db8::/32", index="lo", label=8)))
    assert nl.do(route.address_label("2001:db8::1")).label == 9
    assert nl.do(route.address_label("2001:db8::1", index="lo")).label == 8
    assert nl.do(route.address_label("2001:db9::1", index="lo")).label == 1
    nl.do(route.flush(route.address_labels()))
    assert nl.count(route.address_labels()) == 0
    with pytest.raises(netlynx.NetlinkError, match="ESRCH"):
        nl.do(route.address_label("2001:db8::1"))


def test_a_label_is_deleted_if_it_is_the_one_that_is_meant(nl: netlynx.Connection) -> None:
    nl.do(route.add(route.AddressLabel(prefix="fd00::/8", label=7)))
    before = _here(nl)
    for wrong in (
        route.AddressLabel(prefix="fd00::/8", label=8),
        route.AddressLabel(prefix="fd00::/8", index="lo", label=7),
        route.AddressLabel(prefix="fd00::/9", label=7),
    ):
        with pytest.raises(netlynx.NotFound):
            nl.do(route.delete(wrong))
        assert _here(nl) == before
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(route.add(route.AddressLabel(prefix="fd00::/8", label=9)))
    nl.do(route.delete(nl.do(route.address_label("fd00::1"))))
    assert before - _here(nl) == Counter({("fd00::/8", "", 7): 1})
    nl.do(route.delete(route.AddressLabel(prefix="fc00::/7")))
    assert ("fc00::/7", "", 5) not in _here(nl)


def test_a_label_is_made_sure_of(nl: netlynx.Connection) -> None:
    def ensured(label: int) -> route.Ensured:
        return nl.do(route.ensure(route.add(route.AddressLabel(prefix="fd00::/8", label=label))))

    assert ensured(7).made
    assert (ensured(7).made, ensured(7).differences) == (False, {})
    assert (ensured(8).made, ensured(8).differences) == (False, {"label": (8, 7)})
