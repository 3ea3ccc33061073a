"""Counters by name that rules add to (nfacct), and quotas of them.

    from netlynx.netfilter import accounting

    nl.do(accounting.add(accounting.Account(name="web", flags="quota-bytes", quota=10**9)))
    for account in nl.dump(accounting.accounts()):
        print(account.name, account.packets, account.bytes)

Rules of iptables count with them: ``-m nfacct --nfacct-name web``. Source: linux/netfilter/nfnetlink_acct.h,
net/netfilter/nfnetlink_acct.c, nfacct(8).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do, Dump, Group
from netlynx.errors import EncodeError
from netlynx.netfilter.constants import NFNL_SUBSYS, NFNLGRP
from netlynx.netfilter.messages import NFNL_MSG_ACCT
from netlynx.netfilter.nfnetlink import NetfilterHeader, message_type, netfilter_do, netfilter_dump
from netlynx.schema import Constants, FlagSet, Record, attr, be32, be64, enum, string, takes
from netlynx.schema.arguments import flags_of, name_of, record_of
from netlynx.schema.facts import Facts
from netlynx.schema.sending import own, settable, taken_flags
from netlynx.wire.constants import NETLINK, NLM_F

_SUBSYSTEM = int(NFNL_SUBSYS.ACCT)


class NFACCT(Constants):
    """Attributes."""

    UNSPEC = 0
    NAME = 1
    PKTS = 2
    BYTES = 3
    USE = 4
    FLAGS = 5
    QUOTA = 6
    FILTER = 7
    PAD = 8


class NFACCT_FILTER(Constants):
    """What a listing is narrowed to."""

    UNSPEC = 0
    MASK = 1
    VALUE = 2


class AccountFlags(FlagSet, prefix="NFACCT_F_"):
    """What the quota counts; OVERQUOTA, which the kernel says, that it is reached."""

    QUOTA_PKTS = 1
    QUOTA_BYTES = 2
    OVERQUOTA = 4


_QUOTAS = AccountFlags.QUOTA_PKTS | AccountFlags.QUOTA_BYTES


class Account(Record, header=NetfilterHeader):
    """A counter that rules name (`NFACCT_*`).

    To add one its `name` is enough. A `quota` goes with the flag that says of what it is, packets or bytes; when it is
    reached, `QUOTAS` tells.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NFACCT, policy="nfnl_acct_policy")
    __omitted__: ClassVar[dict[str, str]] = {"NFACCT_FILTER": "narrows listings: Chosen"}

    name: str | None = attr(NFACCT.NAME, string(31), always=True)
    packets: int | None = attr(NFACCT.PKTS, be64, always=True)
    bytes: int | None = attr(NFACCT.BYTES, be64, always=True)
    flags: takes.Flags[AccountFlags | None] = attr(NFACCT.FLAGS, enum(AccountFlags, be32))
    quota: int | None = attr(NFACCT.QUOTA, be64)  # packets or bytes
    use: int | None = attr(NFACCT.USE, be32, read_only=True)  # rules, and one


class Chosen(Record, header=NetfilterHeader):
    """Which counters are listed: those whose flags in `mask` are `value`."""

    __facts__: ClassVar[tuple[Facts, ...]] = (Facts(attributes=NFACCT), Facts(attributes=NFACCT_FILTER))
    __omitted__: ClassVar[dict[str, str]] = {"NFACCT_*": "not of requests that list: Account"}

    mask: takes.Flags[AccountFlags | None] = attr((NFACCT.FILTER, NFACCT_FILTER.MASK), enum(AccountFlags, be32))
    value: takes.Flags[AccountFlags | None] = attr((NFACCT.FILTER, NFACCT_FILTER.VALUE), enum(AccountFlags, be32))


QUOTAS: Group[Account] = Group(
    "accounting.QUOTAS",
    NETLINK.NETFILTER,
    (NFNLGRP.ACCT_QUOTA,),
    # The kernel means OVERQUOTA and says NEW (nfnl_overquota_report): nothing else comes on this group.
    {message_type(_SUBSYSTEM, NFNL_MSG_ACCT.NEW): ("overquota", Account)},
)
"""Counters that have reached their quota: told once, until they are set to 0."""


def accounts(
    *,
    flags: AccountFlags | str | int | None = None,
    mask: AccountFlags | str | int | None = None,
    reset: bool = False,
) -> Dump[Account]:
    """All counters, or those that have `flags`, and with `mask` of the flags in it no others; the kernel filters.

    With `reset` it sets to 0 what it lists, and an OVERQUOTA with it (what `where` leaves out, too). Raises EncodeError
    for what is no flag, and for flags that are not in `mask`.
    """
    request = Chosen()
    if flags is not None or mask is not None:
        wanted = flags_of(AccountFlags, 0 if flags is None else flags, "accounting.accounts(flags)")
        compared = wanted if mask is None else flags_of(AccountFlags, mask, "accounting.accounts(mask)")
        if lost := wanted & ~compared:
            raise EncodeError(f"{lost.label}: not in `mask`, so no counter fits", "accounting.accounts(flags)")
        if not compared:
            raise EncodeError(
                "say which flags are compared", f"accounting.accounts({'flags' if mask is None else 'mask'})"
            )
        request = Chosen(mask=compared, value=wanted)
    message = NFNL_MSG_ACCT.GET_CTRZERO if reset else NFNL_MSG_ACCT.GET
    return netfilter_dump("accounting.accounts", _SUBSYSTEM, message, request, Account, NFNL_MSG_ACCT.NEW)


def account(name: str, *, reset: bool = False) -> Do[Account]:
    """One counter, which with `reset` is 0 from then on; `NotFound` if there is none. Raises EncodeError."""
    message = NFNL_MSG_ACCT.GET_CTRZERO if reset else NFNL_MSG_ACCT.GET
    request = Account(name=name_of(name, "accounting.account(name)"))
    return netfilter_do(
        "accounting.account", _SUBSYSTEM, message, request, reply=Account, reply_message=NFNL_MSG_ACCT.NEW
    )


def add(record: Account) -> Do[None]:
    """Make a counter, at 0 unless `packets` and `bytes` say other; `AlreadyExists` when it is there.

    Raises EncodeError for one without a name, a quota without the flag that says of what it is, a flag without a quota.
    """
    record_of(Account, record, "accounting.add(record)")
    said = settable(record, "Account")
    name_of(said.name, "Account.name")
    flags = taken_flags(record, _QUOTAS, "Account")
    if flags == _QUOTAS:
        raise EncodeError("a quota is of packets or of bytes", "Account.flags")
    if flags and said.quota is None:
        raise EncodeError("say how many", "Account.quota")
    if said.quota is not None and not flags:
        raise EncodeError("say of what it is: quota-pkts or quota-bytes", "Account.flags")
    made = said.replace(flags=flags or None)
    return netfilter_do("accounting.add", _SUBSYSTEM, NFNL_MSG_ACCT.NEW, made, flags=NLM_F.CREATE | NLM_F.EXCL)


def delete(record: Account | str) -> Do[None]:
    """Remove a counter, by its name: `NotFound` if there is none, `Busy` while rules use it. Raises EncodeError."""
    if isinstance(record, Account):
        for name in own(record) - {"name"}:
            raise EncodeError("the kernel looks at the name alone: leave it out", f"Account.{name}")
        record = name_of(record.name, "Account.name")
    request = Account(name=name_of(record, "accounting.delete(record)"))
    return netfilter_do("accounting.delete", _SUBSYSTEM, NFNL_MSG_ACCT.DEL, request)


def flush() -> Do[None]:
    """Remove all counters that no rule uses: those that one uses stay."""
    return netfilter_do("accounting.flush", _SUBSYSTEM, NFNL_MSG_ACCT.DEL, Chosen())
