"""Transactions on a virtual kernel: all or nothing, what was made and what was refused, alone and in batches."""

from __future__ import annotations

import errno
import itertools
import pickle
from collections.abc import Iterable
from typing import Any

import pytest

import netlynx
from netlynx.kernel import VirtualKernel
from netlynx.kernel.credentials import Credentials
from netlynx.netfilter.constants import NFNL_SUBSYS
from netlynx.netfilter.nfnetlink import netfilter_do, netfilter_series, transaction, transaction_of
from netlynx.wire.constants import NLM_F
from virtual_nft import NEWGEN, Firewall, Gen, Talking, add, delete


def many(*names: str) -> Any:
    """A change of several messages."""
    return netfilter_series("add_many", NFNL_SUBSYS.NFTABLES, lambda: map(add, names))


def test_what_was_made_is_told_with_its_handle(shell: Talking, firewall: Firewall) -> None:
    given = [add("a"), delete("there"), add("b")]
    outcome = shell.do(transaction_of("change", given, NFNL_SUBSYS.NFTABLES, None, None, (NEWGEN, Gen)))
    assert [each and (each.name, each.handle) for each in outcome] == [("a", 2), None, ("b", 3)]
    assert (outcome.generation.id, outcome.generation.pid, outcome.transactions) == (2, 4711, 1)
    assert firewall.tables == {"a": 2, "b": 3}


def test_what_was_there_already_is_no_error_and_makes_nothing(shell: Talking) -> None:
    outcome = shell.do(transaction([add("there", NLM_F.CREATE), add("a")]))
    assert [each and each.name for each in outcome] == [None, "a"]


def test_every_refusal_is_told_with_its_operation_and_nothing_is_done(shell: Talking, firewall: Firewall) -> None:
    with pytest.raises(netlynx.TransactionError) as caught:
        shell.do(transaction([add("a"), add("there"), delete("none"), add("b"), many("c", "there", "a")]))
    error = caught.value
    assert {at: type(each) for at, each in error.errors.items()} == {
        1: netlynx.AlreadyExists,
        2: netlynx.NotFound,
        4: netlynx.AlreadyExists,
    }
    assert (error.errno, error.unheard, error.before) == (errno.EEXIST, False, 0)
    assert "nothing was carried out, as 3 operations were refused: operation 2, add(" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert firewall.tables == {"there": 1}
    assert shell.do(add("a")).name == "a"  # nothing is left over on the socket


@pytest.mark.parametrize("count", [3, 300, 5000])
def test_however_many_are_refused_all_are_told(shell: Talking, count: int) -> None:
    with pytest.raises(netlynx.TransactionError) as caught:
        shell.do(transaction([add("there") for _ in range(count)]))
    assert list(caught.value.errors) == list(range(count))


def test_a_change_alone_is_a_transaction_of_one(shell: Talking, firewall: Firewall) -> None:
    assert shell.do(add("a")).handle == 2
    assert shell.do(delete("a")) is None
    assert shell.do(many("b", "c")) is None
    with pytest.raises(netlynx.AlreadyExists, match=r"add\(name=there\)"):
        shell.do(add("there"))
    with pytest.raises(netlynx.TransactionError, match=r"operation 1, add\(name=there"):
        shell.do(many("d", "there"))
    assert firewall.transactions == [["a"], ["a"], ["b", "c"], ["there"], ["d", "there"]]
    assert list(firewall.tables) == ["there", "b", "c"]


def test_made_for_another_generation(shell: Talking, firewall: Firewall) -> None:
    shell.do(transaction([add("a")], generation=1))
    with pytest.raises(netlynx.StaleGeneration, match="made for generation 1, and there is another one") as caught:
        shell.do(transaction([add("b")], generation=1))
    assert "nothing was carried out" in caught.value.__notes__
    assert list(firewall.tables) == ["there", "a"]


def test_what_makes_no_transaction_is_refused() -> None:
    with pytest.raises(netlynx.EncodeError, match="at least one"):
        transaction([])
    with pytest.raises(netlynx.EncodeError, match="0 asks for no check"):
        transaction([add("a")], generation=0)
    with pytest.raises(netlynx.EncodeError, match="becomes several transactions"):
        transaction([add("a")], generation=1, split=1000)


def test_nothing_in_it_is_refused(shell: Talking) -> None:
    with pytest.raises(netlynx.EncodeError, match="has anything to do"):
        shell.do(many())


@pytest.mark.parametrize("split", [1, 64, 100, 1000])
def test_it_is_cut_only_when_told_to(shell: Talking, firewall: Firewall, split: int) -> None:
    names = [f"t{number}" for number in range(9)]
    outcome = shell.do(transaction([add(names[0]), many(*names[1:8]), add(names[8])], split=split))
    assert outcome.transactions == len(firewall.transactions) == {1: 9, 64: 5, 100: 3, 1000: 1}[split]
    assert list(itertools.chain(*firewall.transactions)) == names
    assert [each and each.name for each in outcome] == ["t0", None, "t8"]


def test_what_was_cut_tells_what_was_carried_out(shell: Talking, firewall: Firewall) -> None:
    with pytest.raises(netlynx.TransactionError, match="the first 2 operations were carried out, nothing behind"):
        shell.do(transaction([add("a"), add("b"), add("there"), add("c")], split=1))
    assert list(firewall.tables) == ["there", "a", "b"]
    with pytest.raises(netlynx.TransactionError, match="the first 0 operations and a part of operation 1 were"):
        shell.do(transaction([many("c", "d", "there", "e")], split=1))
    assert list(firewall.tables) == ["there", "a", "b", "c", "d"]


def test_a_large_one_gets_the_room_that_it_takes(shell: Talking, firewall: Firewall) -> None:
    names = [f"{number:0100}" for number in range(5000)]  # 600 kB, where a socket has 208 KiB
    outcome = shell.do(transaction([*map(add, names[:4000]), many(*names[4000:])]))
    assert [each and each.handle for each in outcome][:4000] == list(range(2, 4002))
    assert len(firewall.tables) == 5001
    assert len(firewall.transactions) == 1


def test_without_privilege_it_may_be_too_large(kernel: VirtualKernel, firewall: Firewall) -> None:
    kernel.credentials = Credentials(1, 1000, 1000, frozenset())
    kernel.wmem_max = 212_992
    names = [f"{number:0100}" for number in range(5000)]
    said = r"transaction\(1 operations\).*datagram of 6\d{5} bytes is more than the \d+.*net.core.wmem_max.*have it cut"
    with netlynx.connect(kernel=kernel) as nl, pytest.raises(netlynx.NetlinkError, match=said) as caught:
        nl.do(transaction([many(*names)]))
    assert caught.value.errno == errno.EMSGSIZE
    assert not firewall.transactions


class TestLostAnswers:
    """The receive queue cannot hold all: what came first tells what became of the whole."""

    @pytest.fixture(autouse=True)
    def small(self, kernel: VirtualKernel) -> None:
        kernel.credentials = Credentials(1, 1000, 1000, frozenset())
        kernel.rmem_max = 20_000

    def test_of_refusals(self, shell: Talking, firewall: Firewall) -> None:
        with pytest.raises(netlynx.TransactionError, match="nothing was carried out, as at least") as caught:
            shell.do(transaction([add("there") for _ in range(1000)]))
        assert caught.value.unheard
        assert 1 < len(caught.value.errors) < 1000
        assert shell.do(add("a")).name == "a"

    def test_of_what_was_made(self, shell: Talking, firewall: Firewall) -> None:
        outcome = shell.do(transaction([add(f"t{number}") for number in range(1000)]))
        assert len(firewall.tables) == 1001
        assert 1 < len(outcome.values) < 1000
        assert not outcome.complete
        assert "what others made was lost" in repr(outcome)
        assert shell.do(transaction([add("a")])).complete


# ---------------------------------------------------------------------------------------------------- in batches

GIVEN = {
    "all go": ["add a", "add b", "del there"],
    "one is refused": ["add a", "add there", "add b"],
    "the first is refused": ["add there", "add a"],
    "the last is refused": ["add a", "add b", "del none"],
    "several are": ["add there", "add a", "add a", "add b", "del a", "del a", "del none"],
    "one needs one that is refused": ["add a", "del none", "del a", "del a", "add c"],
}


def operations(words: Iterable[str]) -> list[Any]:
    verbs = {"add": add, "del": delete}
    return [verbs[word.split()[0]](word.split()[1]) for word in words]


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("on_error", ["continue", "stop"])
def test_a_batch_does_what_each_by_itself_would(
    shell: Talking, kernel: VirtualKernel, firewall: Firewall, given: str, on_error: str
) -> None:
    with VirtualKernel() as other, netlynx.connect(kernel=other) as nl:
        alone = Firewall(other, ["there"])
        expected: list[Any] = []
        for each in operations(GIVEN[given]):
            try:
                expected.append(nl.do(each))
            except netlynx.NetlinkError as error:
                expected.append(error)
                if on_error == "stop":
                    break
    result = shell.batch(operations(GIVEN[given]), on_error=on_error)
    assert [shown(each) for each in result] == [shown(each) for each in expected]
    assert list(firewall.tables) == list(alone.tables)
    assert len(firewall.transactions) <= 3


def shown(outcome: Any) -> Any:
    return str(outcome) if isinstance(outcome, Exception) else outcome and outcome.name


def test_a_batch_that_raises_tells_what_was_carried_out(shell: Talking, firewall: Firewall) -> None:
    with pytest.raises(netlynx.AlreadyExists) as caught:
        shell.batch([add("a"), add("there"), add("b")])
    assert str(caught.value.batch) == "1 carried out, 1 refused"
    assert list(firewall.tables) == ["there", "a"]


@pytest.mark.parametrize(("window", "transactions"), [(1, 4), (3, 2), (None, 1)])
def test_a_window_says_how_many_go_together(
    shell: Talking, firewall: Firewall, window: int | None, transactions: int
) -> None:
    assert shell.batch(map(add, "abcd"), window=window).done == 4
    assert len(firewall.transactions) == transactions


def test_an_iterable_that_fails_ends_a_batch_behind_what_it_gave(shell: Talking, firewall: Firewall) -> None:
    def failing() -> Iterable[Any]:
        yield add("a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        shell.batch(failing())
    assert caught.value.batch.done == 1  # type: ignore[attr-defined]
    assert list(firewall.tables) == ["there", "a"]


def test_other_operations_of_a_batch_stay_in_their_order(shell: Talking, firewall: Firewall) -> None:
    ask = netfilter_do("gen", NFNL_SUBSYS.NFTABLES, 16, Gen(), reply=Gen, reply_message=15)
    changes = [add(name) for name in "abcd"]
    given = [ask, changes[0], changes[1], ask, ask, changes[2], ask, changes[3]]
    result = shell.batch(given)
    ids = [each.id for each in result if isinstance(each, Gen)]
    assert ids == [1, 2, 2, 3]
    assert [len(each) for each in firewall.transactions] == [2, 1, 1]
    assert list(itertools.chain(*firewall.transactions)) == list("abcd")


def test_without_privilege_every_change_of_a_batch_is_refused(shell: Talking, firewall: Firewall) -> None:
    firewall.denies = True
    result = shell.batch([add("a"), add("b")], on_error="continue")
    assert [type(each) for each in result] == [netlynx.PermissionDenied] * 2
    with pytest.raises(netlynx.PermissionDenied, match=r"transaction\(1 operations\)"):
        shell.do(transaction([add("a")]))
    assert not firewall.transactions
