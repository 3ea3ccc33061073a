"""The state of auditing on a virtual kernel: what is asked is what is set; who may, and where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from netlynx import audit
from netlynx.audit.status import StatusMask
from netlynx.kernel import Capability, Credentials, VirtualKernel
from netlynx.kernel.audit import Audit


@pytest.fixture
def kernel() -> Iterator[VirtualKernel]:
    with VirtualKernel() as made:
        yield made


@pytest.fixture
def auditing(kernel: VirtualKernel) -> Audit:
    return Audit(kernel)


def test_the_state_is_read(kernel: VirtualKernel, auditing: Audit) -> None:
    auditing.status = audit.Status(enabled="on", failure="panic", pid=7, lost=3, backlog=2, rate_limit=1)
    with netlynx.connect(kernel=kernel) as nl:
        assert nl.do(audit.status()) == auditing.status
        assert nl.do(audit.features()) == auditing.features


@pytest.mark.anyio
async def test_it_is_read_asynchronously(kernel: VirtualKernel, auditing: Audit) -> None:
    auditing.rules = [audit.watch("/etc/passwd", "wa", key="identity", directory=False)]
    async with netlynx.aconnect(kernel=kernel) as nl:
        assert (await nl.do(audit.status())).backlog_limit == 64
        assert [str(rule) for rule in await nl.do(audit.rules())] == ["-w /etc/passwd -p wa -k identity"]


@pytest.mark.parametrize("size", [36, 40, 44, 60], ids=["before 3.16", "before 5.9", "today", "longer"])
def test_kernels_that_know_more_or_less_are_read(size: int) -> None:
    whole = audit.Status(enabled=1, lost=9, backlog=4, abilities=3, backlog_wait_time=60000, waited=5).to_bytes()
    read = audit.Status.from_bytes((whole + bytes(range(16)))[:size])
    assert (read.enabled, read.lost, read.backlog, read.abilities) == (audit.Enabled.ON, 9, 4, audit.Abilities(3))
    assert read.backlog_wait_time == (60000 if size > 36 else 0)
    assert read.waited == (5 if size > 40 else 0)


@pytest.mark.parametrize(
    ("given", "mask"),
    [
        ({"enabled": "on"}, StatusMask.ENABLED),
        ({"enabled": 0}, StatusMask.ENABLED),
        ({"failure": "silent"}, StatusMask.FAILURE),
        ({"rate_limit": 100}, StatusMask.RATE_LIMIT),
        ({"backlog_limit": 8192, "backlog_wait_time": 0}, StatusMask.BACKLOG_LIMIT | StatusMask.BACKLOG_WAIT_TIME),
    ],
    ids=str,
)
def test_only_what_is_given_is_set(kernel: VirtualKernel, auditing: Audit, given: Any, mask: StatusMask) -> None:
    auditing.status = before = audit.Status(enabled=1, failure=2, rate_limit=5, backlog_limit=6, backlog_wait_time=7)
    operation = audit.set_status(**given)
    assert operation.request.mask == mask  # type: ignore[union-attr]
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(operation)
    for name in ("enabled", "failure", "rate_limit", "backlog_limit", "backlog_wait_time"):
        expected = getattr(audit.Status(**given), name) if name in given else getattr(before, name)
        assert getattr(auditing.status, name) == expected


def test_losses_are_counted_from_0_again(kernel: VirtualKernel, auditing: Audit) -> None:
    auditing.status = audit.Status(lost=3, rate_limit=5)
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(audit.reset_lost())
    assert (auditing.status.lost, auditing.status.rate_limit) == (0, 5)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "audit.set_status"),
        ({"enabled": 3}, "enabled"),
        ({"enabled": "maybe"}, "enabled"),
        ({"failure": "loud"}, "failure"),
        ({"rate_limit": -1}, "rate_limit"),
        ({"backlog_limit": 2**32}, "backlog_limit"),
        ({"backlog_wait_time": "long"}, "backlog_wait_time"),
    ],
    ids=str,
)
def test_what_cannot_be_set_is_refused_by_its_name(given: Any, path: str) -> None:
    with pytest.raises(netlynx.EncodeError) as refused:
        audit.set_status(**given)
    assert path in refused.value.path


def test_features_are_switched_one_by_one_and_locked(kernel: VirtualKernel, auditing: Audit) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(audit.set_features(on="only-unset-loginuid", lock=True))
        nl.do(audit.set_features(on="loginuid-immutable"))
        found = nl.do(audit.features())
        assert found.on == audit.FeatureSet.ONLY_UNSET_LOGINUID | audit.FeatureSet.LOGINUID_IMMUTABLE
        assert found.locked == audit.FeatureSet.ONLY_UNSET_LOGINUID
        nl.do(audit.set_features(off="loginuid-immutable"))
        with pytest.raises(netlynx.PermissionDenied):
            nl.do(audit.set_features(off="only-unset-loginuid"))
        assert nl.do(audit.features()).on == audit.FeatureSet.ONLY_UNSET_LOGINUID


@pytest.mark.parametrize(
    "given",
    [{}, {"on": "secure"}, {"on": "loginuid-immutable", "off": ["loginuid-immutable"]}, {"on": 1, "lock": "yes"}],
    ids=str,
)
def test_features_that_cannot_be_are_refused(given: Any) -> None:
    with pytest.raises(netlynx.EncodeError, match=r"audit\.set_features"):
        audit.set_features(**given)


def test_without_the_privilege_nothing_is_told_nor_done(kernel: VirtualKernel, auditing: Audit) -> None:
    kernel.credentials = Credentials(1, 0, 0, frozenset({Capability.NET_ADMIN}))
    with netlynx.connect(kernel=kernel) as nl:
        for operation in (audit.status(), audit.add("-w /etc -p r"), audit.rules()):
            with pytest.raises(netlynx.PermissionDenied):
                nl.do(operation)  # type: ignore[call-overload]
        with pytest.raises(netlynx.PermissionDenied, match=r"join group audit\.LOG"):
            nl.subscribe(audit.LOG)
    assert auditing.rules == []


def test_rules_are_added_listed_and_deleted(kernel: VirtualKernel, auditing: Audit) -> None:
    with netlynx.connect(kernel=kernel) as nl:
        nl.do(audit.add("-a always,exit -F arch=b64 -S openat -F exit=-EACCES -k access"))
        nl.do(audit.add(audit.watch("/etc/passwd", "wa", key=["a", "b"], directory=False)))
        nl.do(audit.add("-A never,task -F uid=33"))
        found = nl.do(audit.rules())
        assert list(map(str, found)) == [
            "-a never,task -F uid=33",  # it is said once where it goes
            "-a always,exit -F arch=b64 -S openat -F exit=-EACCES -F key=access",
            "-w /etc/passwd -p wa -k a -k b",
        ]
        with pytest.raises(netlynx.AlreadyExists, match="such a rule already"):
            nl.do(audit.add(found[2]))
        nl.do(audit.delete(str(found[2])))
        with pytest.raises(netlynx.NotFound, match="all that it says"):
            nl.do(audit.delete("-w /etc/passwd -p w -k a -k b"))
        assert nl.do(audit.rules()) == found[:2]
        assert nl.do(audit.flush()) == 2
        assert nl.do(audit.rules()) == []
