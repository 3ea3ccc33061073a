"""Policies and states that move to other addresses. Source: linux/xfrm.h, xfrm_do_migrate in net/xfrm/xfrm_user.c."""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.route.constants import AddressFamily
from netlynx.schema import Layout, Record, array, attr, enum, head, ip_of, member, struct, takes, u8, u16, u32
from netlynx.schema.facts import Facts, NoFacts
from netlynx.xfrm.constants import XFRMA, Direction, MigrateFlags, Mode, PolicyType, Protocol
from netlynx.xfrm.parts import Encapsulation, Mark, Offload, Selector, family_of
from netlynx.xfrm.policy import PolicyIdHeader, policy_type
from netlynx.xfrm.state import Spi, spi


class Move(Layout, c="xfrm_user_migrate"):
    """Ends of a tunnel, and where they move. Families follow from the addresses."""

    old_destination: takes.Ip[str | None] = member(ip_of("old_family"), c="old_daddr")
    old_source: takes.Ip[str | None] = member(ip_of("old_family"), c="old_saddr")
    new_destination: takes.Ip[str | None] = member(ip_of("new_family"), c="new_daddr")
    new_source: takes.Ip[str | None] = member(ip_of("new_family"), c="new_saddr")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    mode: takes.Member[Mode] = member(enum(Mode, u8), c="mode")
    pad: int = member(u16, c="reserved")
    reqid: int = member(u32, c="reqid")
    old_family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="old_family")
    new_family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="new_family")

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        made = dict(values)
        for which in ("old", "new"):
            if not made.get(f"{which}_family"):
                made[f"{which}_family"] = family_of(made.get(f"{which}_destination"), made.get(f"{which}_source"))
        return made


class KeyManagerAddress(Layout, c="xfrm_user_kmaddress"):
    """The addresses by which daemons agree on keys after a migration."""

    local: takes.Ip[str | None] = member(ip_of("family"), c="local")
    remote: takes.Ip[str | None] = member(ip_of("family"), c="remote")
    pad: int = member(u32, c="reserved")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")

    @classmethod
    def __settle__(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values.get("family"):
            return {**values, "family": family_of(values.get("local"), values.get("remote"))}
        return values


class Migration(Record, header=PolicyIdHeader):
    """A policy, known by its `selector` and `direction`, whose templates and states move: at most six `moves`.

    `encapsulation`, where it is given, is that of the states from then on. Kernels since Linux 5.18 look at `if_id`.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=XFRMA, policy="xfrma_policy")
    __omitted__: ClassVar[dict[str, str]] = {"XFRMA_*": "nothing of it moves"}

    selector: takes.Nested[Selector | None] = head(default=None, always=True)
    direction: takes.Member[Direction] = head(default=Direction.IN, always=True)
    index: int = head(read_only=True)
    moves: takes.Records[Move] = attr(XFRMA.MIGRATE, array(struct(Move)), default=())
    type: takes.Member[PolicyType | None] = attr(XFRMA.POLICY_TYPE, policy_type)
    key_manager: takes.Nested[KeyManagerAddress | None] = attr(XFRMA.KMADDRESS, struct(KeyManagerAddress))
    encapsulation: takes.Nested[Encapsulation | None] = attr(XFRMA.ENCAP, struct(Encapsulation))
    if_id: int | None = attr(XFRMA.IF_ID, u32)
    offload: takes.Nested[Offload | None] = attr(XFRMA.OFFLOAD_DEV, struct(Offload))


class StateMigrationHeader(Layout, c="xfrm_user_migrate_state"):
    """The fixed header of what tells that a single state moved."""

    destination: takes.Ip[str | None] = member(ip_of("family"), c="daddr")
    spi: takes.Member[Spi] = member(spi, default=Spi(0), c="spi")
    family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="family")
    protocol: takes.Member[Protocol] = member(enum(Protocol, u8), c="proto")
    new_destination: takes.Ip[str | None] = member(ip_of("new_family"), c="new_daddr", align=4)
    new_source: takes.Ip[str | None] = member(ip_of("new_family"), c="new_saddr")
    old_mark: takes.Natural[Mark | None] = member(struct(Mark), c="old_mark")
    new_selector: takes.Nested[Selector | None] = member(struct(Selector), c="new_sel")
    new_reqid: int = member(u32, c="new_reqid")
    flags: takes.Flags[MigrateFlags] = member(enum(MigrateFlags, u32), c="flags")
    new_family: takes.Member[AddressFamily] = member(enum(AddressFamily, u16), c="new_family")
    pad: int = member(u16, c="reserved")


class StateMigration(Record, header=StateMigrationHeader):
    """A single state that moved to other addresses; the newest kernels tell it."""

    __facts__: ClassVar[NoFacts] = NoFacts("which attributes it has, nothing at hand says: they stay unknown")

    destination: takes.Ip[str | None] = head(default=None, always=True)
    spi: takes.Member[Spi] = head(default=Spi(0), always=True)
    family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
    protocol: takes.Member[Protocol] = head(default=Protocol.ANY, always=True)
    new_destination: takes.Ip[str | None] = head(default=None, always=True)
    new_source: takes.Ip[str | None] = head(default=None, always=True)
    old_mark: takes.Natural[Mark | None] = head(default=None)
    new_selector: takes.Nested[Selector | None] = head(default=None)
    new_reqid: int = head()
    flags: takes.Flags[MigrateFlags] = head(default=MigrateFlags(0))
    new_family: takes.Member[AddressFamily] = head(default=AddressFamily.UNSPEC)
