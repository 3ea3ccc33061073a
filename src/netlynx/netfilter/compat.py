"""Which matches and targets of iptables this kernel has, and in which revision, for rules of nftables that use them.

    from netlynx.netfilter import compat

    print(nl.do(compat.match("conntrack")).revision)

The kernel looks for a module where it has none. Source: linux/netfilter/nf_tables_compat.h, nfnl_compat_get_rcu in
net/netfilter/nft_compat.c.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Do
from netlynx.errors import EncodeError
from netlynx.limits import whole
from netlynx.netfilter.constants import NFNL_SUBSYS, NetfilterFamily
from netlynx.netfilter.messages import NFNL_MSG_COMPAT
from netlynx.netfilter.nfnetlink import NetfilterHeader, netfilter_do
from netlynx.schema import Constants, Enumeration, Record, attr, be32, enum, head, string, takes
from netlynx.schema.arguments import member_of, text_of
from netlynx.schema.facts import Facts

_FAMILIES = (NetfilterFamily.IPV4, NetfilterFamily.IPV6, NetfilterFamily.ARP, NetfilterFamily.BRIDGE)


class NFTA_COMPAT(Constants):
    """Attributes."""

    UNSPEC = 0
    NAME = 1
    REV = 2
    TYPE = 3


class ExtensionType(Enumeration):
    """Whether an extension looks at packets or does something with them (the last argument of xt_find_revision)."""

    MATCH = 0
    TARGET = 1


class Extension(Record, header=NetfilterHeader):
    """A match or target of iptables (`NFTA_COMPAT_*`); `revision` is the highest that the kernel has."""

    __facts__: ClassVar[Facts] = Facts(attributes=NFTA_COMPAT, policy="nfnl_compat_policy_get")

    family: takes.Member[NetfilterFamily] = head(default=NetfilterFamily.UNSPEC)
    name: str | None = attr(NFTA_COMPAT.NAME, string(31))
    revision: int | None = attr(NFTA_COMPAT.REV, be32)
    type: takes.Member[ExtensionType | None] = attr(NFTA_COMPAT.TYPE, enum(ExtensionType, be32))


def match(name: str, *, family: NetfilterFamily | str | int = NetfilterFamily.IPV4, revision: int = 0) -> Do[Extension]:
    """A match, which has to have `revision`: the answer says which is the highest.

    `NotFound` where this kernel has no such match, `NotSupported` where it lacks the revision. Raises EncodeError.
    """
    return _asked("compat.match", name, family, revision, ExtensionType.MATCH)


def target(
    name: str, *, family: NetfilterFamily | str | int = NetfilterFamily.IPV4, revision: int = 0
) -> Do[Extension]:
    """A target; as for `match`."""
    return _asked("compat.target", name, family, revision, ExtensionType.TARGET)


def _asked(
    called: str, name: str, family: NetfilterFamily | str | int, revision: int, type: ExtensionType
) -> Do[Extension]:
    wanted = member_of(NetfilterFamily, family, f"{called}(family)")
    if wanted not in _FAMILIES:
        raise EncodeError(f"extensions are of {', '.join(each.label for each in _FAMILIES)}", f"{called}(family)")
    if not text_of(name, f"{called}(name)"):
        raise EncodeError("say what it is called", f"{called}(name)")
    request = Extension(family=wanted, name=name, revision=whole(f"{called}(revision)", revision, 0, 255), type=type)
    return netfilter_do(
        called,
        NFNL_SUBSYS.NFT_COMPAT,
        NFNL_MSG_COMPAT.GET,
        request,
        reply=Extension,
        reply_message=NFNL_MSG_COMPAT.GET,
    )
