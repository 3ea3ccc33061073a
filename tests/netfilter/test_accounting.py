"""Counters by name: what is asked, and on the real kernel beside `nfacct` and rules that count with them."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from typing import Any

import pytest

import netlynx
from netlynx import netns
from netlynx.netfilter import accounting
from netlynx.netfilter.accounting import Account, AccountFlags
from support import PATIENCE

from .conftest import Run, runner


@pytest.fixture
def nfacct(namespace: netns.NetworkNamespace) -> Run:
    if shutil.which("nfacct") is None:
        pytest.skip("no `nfacct` to compare with: apt-get install nfacct")
    return runner(namespace, "nfacct")


@pytest.fixture
def nl(namespace: netns.NetworkNamespace) -> Any:
    with netlynx.connect(netns=namespace, timeout=PATIENCE) as connection:
        try:
            connection.count(accounting.accounts())
        except netlynx.NetlinkError as error:
            if "nfnetlink_acct" not in str(error):
                raise
            pytest.skip(str(error))
        yield connection


def as_nfacct(account: Account) -> str:
    """As `nfacct list` prints it."""
    quota = ""
    flags = account.flags or AccountFlags(0)
    if account.quota is not None:
        mode = "byte" if flags & AccountFlags.QUOTA_BYTES else "packet"
        over = "yes" if flags & AccountFlags.OVERQUOTA else "no"
        quota = f", quota = {account.quota:020}, mode = {mode}, overquota = {over}"
    return f"{{ pkts = {account.packets:020}, bytes = {account.bytes:020}{quota} }} = {account.name};"


def test_both_say_the_same_of_what_each_made(nl: netlynx.Connection, nfacct: Run) -> None:
    nfacct("add theirs")
    nfacct("add few packet 7")
    nl.do(accounting.add(Account(name="ours", packets=3, bytes=300)))
    nl.do(accounting.add(Account(name="much", flags="quota-bytes", quota=2**40)))
    found = nl.dump(accounting.accounts()).all()
    assert [each.name for each in found] == ["theirs", "few", "ours", "much"]
    listed = [" ".join(line.split()) for line in nfacct("list").splitlines()]
    assert listed == [as_nfacct(each) for each in found]
    assert nl.do(accounting.account("much")) == found[-1]
    nl.do(accounting.delete(found[0]))
    nl.do(accounting.delete("few"))
    assert [line.rpartition(" ")[2] for line in nfacct("list").splitlines()] == ["ours;", "much;"]
    nl.do(accounting.flush())
    assert nfacct("list") == ""
    nl.do(accounting.add(found[-1]))  # what was read makes the same again
    assert nl.dump(accounting.accounts()).all() == [found[-1]]


def test_packets_are_counted_to_a_quota_which_is_told(
    nl: netlynx.Connection, loopback: netns.NetworkNamespace, iptables: Run
) -> None:
    nl.do(accounting.add(Account(name="few", flags="quota-pkts", quota=3)))
    try:
        iptables("-A OUTPUT -p udp --dport 9 -m nfacct --nfacct-name few")
    except RuntimeError as error:
        pytest.skip(f"this kernel takes no rules that count: {error}")
    with pytest.raises(netlynx.Busy):
        nl.do(accounting.delete("few"))
    with nl.subscribe(accounting.QUOTAS) as events:

        def send() -> None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for _ in range(5):
                    sender.sendto(b"x" * 12, ("127.0.0.1", 9))

        netns.run_in(loopback, send)
        event = events.get(timeout=PATIENCE)
    assert isinstance(event, netlynx.Event)
    assert (event.kind, event.record.name) == ("overquota", "few")
    found = nl.do(accounting.account("few"))
    assert (found.packets, found.bytes) == (3, 120) or (found.packets, found.bytes) == (5, 200)
    assert found.flags == AccountFlags.QUOTA_PKTS | AccountFlags.OVERQUOTA
    nl.do(accounting.add(Account(name="none")))
    over = nl.dump(accounting.accounts(flags="overquota")).all()
    assert [each.name for each in over] == ["few"]
    assert [each.name for each in nl.dump(accounting.accounts(mask="overquota"))] == ["none"]
    assert nl.do(accounting.account("few", reset=True)).packets == found.packets
    again = nl.do(accounting.account("few"))
    assert (again.packets, again.bytes, again.flags) == (0, 0, AccountFlags.QUOTA_PKTS)
    assert nl.dump(accounting.accounts(reset=True)).all()[0] == again


def test_what_is_not_there_is_told(nl: netlynx.Connection) -> None:
    for asked in (accounting.account("none"), accounting.delete("none")):
        with pytest.raises(netlynx.NotFound):
            nl.do(asked)
    nl.do(accounting.add(Account(name="one")))
    with pytest.raises(netlynx.AlreadyExists):
        nl.do(accounting.add(Account(name="one")))


@pytest.mark.parametrize(
    ("ask", "path"),
    [
        (lambda: accounting.add(Account()), "Account.name"),
        (lambda: accounting.add(Account(name="")), "Account.name"),
        (lambda: accounting.add(Account(name="x", quota=1)), "Account.flags"),
        (lambda: accounting.add(Account(name="x", flags="quota-pkts")), "Account.quota"),
        (lambda: accounting.add(Account(name="x", flags=3, quota=1)), "Account.flags"),
        (lambda: accounting.add(Account(name="x", flags=5, quota=1)), "Account.flags"),
        (lambda: accounting.add(Account(name="x", use=1)), "Account.use"),
        (lambda: accounting.add(Account(name="x" * 32)), "Account.name"),
        (lambda: accounting.delete(Account(name="x", packets=1)), "Account.packets"),
        (lambda: accounting.delete(""), "accounting.delete(record)"),
        (lambda: accounting.account(""), "accounting.account(name)"),
        (lambda: accounting.accounts(flags="overquota", mask="quota-pkts"), "accounting.accounts(flags)"),
        (lambda: accounting.accounts(flags=0), "accounting.accounts(flags)"),
        (lambda: accounting.accounts(mask=0), "accounting.accounts(mask)"),
    ],
)
def test_what_would_mean_nothing_is_refused(ask: Callable[[], object], path: str) -> None:
    with pytest.raises(netlynx.EncodeError) as caught:
        ask()
    assert caught.value.path == path
