"""A change by itself: carried out in one call where the answer is the acknowledgement, as any transaction else."""

from __future__ import annotations

import pytest

import netlynx
from netlynx import nftables
from netlynx.engine.changing import NUMBERS, ChangeExchange
from netlynx.engine.transaction import TransactionExchange
from netlynx.errors import NotFound
from netlynx.kernel import VirtualKernel
from netlynx.nftables import Set, Table
from virtual_nft import Firewall, add, delete

OWNER = Set(family="inet", table="t", name="s", key_type="inet_service")


@pytest.mark.parametrize("sequence", [0, 1, 77, 0xFFFFFFFF - NUMBERS])
@pytest.mark.parametrize("key", [0, 80, 65535])
def test_it_sends_what_a_transaction_of_one_does(sequence: int, key: int) -> None:
    change = nftables.add(OWNER.element(key))
    quick = ChangeExchange(change, sequence, 4711)
    whole = TransactionExchange(change.begin, change.end, change, (change,))
    assert quick.request == bytes(whole.start(sequence, 4711))
    assert whole.last_sequence == sequence + NUMBERS


def test_marks_of_another_subsystem_are_not_kept() -> None:
    change = nftables.add(Table(family="inet", name="t"))
    other = change.__class__(
        **{name: getattr(change, name) for name in change.__struct_fields__} | {"begin": change.end}
    )
    first = ChangeExchange(change, 0, 1).request
    assert ChangeExchange(other, 0, 1).request != first
    assert ChangeExchange(change, 0, 1).request == first


def test_numbers_go_on_behind_it(kernel: VirtualKernel, firewall: Firewall) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        assert nl.do(delete("there")) is None
        for _ in range(2):  # the second on the same socket, behind the error
            with pytest.raises(NotFound):
                nl.do(delete("there"))
        nl.do(add("there"))
        assert nl.do(delete("there")) is None
        assert nl.statistics.sent_messages == 5 * NUMBERS
        assert nl.statistics.strays == 0
