"""What a group or an operation says of itself, and what is said of a group that is not there."""

from __future__ import annotations

import errno

import msgspec
import pytest

import netlynx
from netlynx import netdev, route
from netlynx.engine.operation import Group, Transaction
from netlynx.usersock import Peer

OPERATIONS = (route.LINKS, route.links(), route.link(name="v0"), route.flush(route.routes()))
NONE_SUCH = msgspec.structs.replace(route.LINKS, name="route.NONE", numbers=(4711,))


@pytest.mark.parametrize("value", OPERATIONS, ids=str)
def test_a_text_never_has_the_whole_of_it(value: object) -> None:
    for text in (repr(value), str(value), f"{[value]}", f"{value}"):
        assert len(text) < 80
        assert "protocol=" not in text
        assert str(value) in text


def test_a_transaction_too() -> None:
    one = route.link(name="v0")
    assert repr(Transaction("all", one, (one,), one)) == "<Transaction all(1 operations)>"


def test_what_is_no_operation_is_named_in_a_few_words() -> None:
    with netlynx.connect() as nl:
        for ask in (nl.do, nl.dump, nl.table, nl.count, lambda value: nl.batch([value])):
            with pytest.raises(TypeError) as caught:
                ask(route.LINKS)  # type: ignore[operator]  # that is what is tested
            assert "route.LINKS" in str(caught.value)
            assert "protocol=" not in str(caught.value)


def test_a_group_that_the_protocol_has_not_is_said_to_be_none() -> None:
    with netlynx.connect() as nl, pytest.raises(netlynx.NetlinkError, match="no group 4711") as caught:
        nl.subscribe(NONE_SUCH)
    assert caught.value.errno == errno.EINVAL
    with pytest.raises(netlynx.NetlinkError, match="no group 41") as caught:
        netlynx.NetlinkSocket("usersock", groups=[41])
    assert caught.value.errno == errno.EINVAL
    for number in (0, -1, 1 << 31, 1 << 40):
        with pytest.raises(ValueError, match=f"multicast group.* {number}$"):
            netlynx.NetlinkSocket("usersock", groups=[number])
    assert isinstance(NONE_SUCH, Group)


def test_a_group_is_refused_before_anything_is_asked_where_it_is_known_which_there_are() -> None:
    for number in (33, 41):
        with pytest.raises(ValueError, match=f"NETLINK_USERSOCK has the groups 1 to 32, not {number}"):
            Peer(groups=[1, number])
    with pytest.raises(ValueError, match="Netdev declares no notification in a group 'none'; its groups: mgmt, page-p"):
        netdev.Netdev.notifications("none")
    for group in netdev.Netdev.__family__.groups():
        assert netdev.Netdev.notifications(group).commands
