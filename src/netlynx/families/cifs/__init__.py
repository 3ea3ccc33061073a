"""The witness service of SMB: what the kernel's client has a program watch, and what that program tells it.

    from netlynx.families import cifs

    with nl.subscribe(cifs.EVENTS) as events:
        for event in events:
            print(event.kind, event.record.net_name, event.record.share_name)
    nl.do(cifs.notify(registration=1, notification="resource-change", state="unavailable", resource="server"))

Source: linux/cifs/cifs_netlink.h, fs/smb/client/cifs_swn.c and netlink.c of the kernel (CONFIG_CIFS_SWN_UPCALL).
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.engine.operation import Group
from netlynx.generic import Family, GenericHeader, do, event
from netlynx.schema import Constants, Enumeration, Record, attr, binary, enum, flag, string, takes, u32
from netlynx.schema.facts import Facts

_POLICY = "cifs_genl_policy"
_NOT_HERE = {"CIFS_GENL_ATTR_*": "not of this message"}


class CIFS_GENL_CMD(Constants):
    """Commands, and what the kernel asks for."""

    UNSPEC = 0
    SWN_REGISTER = 1
    SWN_UNREGISTER = 2
    SWN_NOTIFY = 3


class CIFS_GENL_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    SWN_REGISTRATION_ID = 1
    SWN_NET_NAME = 2
    SWN_SHARE_NAME = 3
    SWN_IP = 4
    SWN_NET_NAME_NOTIFY = 5
    SWN_SHARE_NAME_NOTIFY = 6
    SWN_IP_NOTIFY = 7
    SWN_KRB_AUTH = 8
    SWN_USER_NAME = 9
    SWN_PASSWORD = 10
    SWN_DOMAIN_NAME = 11
    SWN_NOTIFICATION_TYPE = 12
    SWN_RESOURCE_STATE = 13
    SWN_RESOURCE_NAME = 14


class Notification(Enumeration, prefix="CIFS_SWN_NOTIFICATION_"):
    """What a server told its witness."""

    RESOURCE_CHANGE = 1
    CLIENT_MOVE = 2
    SHARE_MOVE = 3
    IP_CHANGE = 4


class ResourceState(Enumeration, prefix="CIFS_SWN_RESOURCE_STATE_"):
    """Whether a resource can be used."""

    UNKNOWN = 0
    AVAILABLE = 1
    UNAVAILABLE = 255


class Registration(Record, header=GenericHeader):
    """What the kernel wants to be told of: a server, a share, an address (a `struct sockaddr_storage`).

    It logs in by Kerberos (`kerberos`) or by name and `password`, which is in no text of the record.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=CIFS_GENL_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    registration: int | None = attr(CIFS_GENL_ATTR.SWN_REGISTRATION_ID, u32)
    net_name: str | None = attr(CIFS_GENL_ATTR.SWN_NET_NAME, string)
    share_name: str | None = attr(CIFS_GENL_ATTR.SWN_SHARE_NAME, string)
    address: bytes | None = attr(CIFS_GENL_ATTR.SWN_IP, binary(128))
    of_net_name: bool = attr(CIFS_GENL_ATTR.SWN_NET_NAME_NOTIFY, flag)
    of_share_name: bool = attr(CIFS_GENL_ATTR.SWN_SHARE_NAME_NOTIFY, flag)
    of_address: bool = attr(CIFS_GENL_ATTR.SWN_IP_NOTIFY, flag)
    kerberos: bool = attr(CIFS_GENL_ATTR.SWN_KRB_AUTH, flag)
    user: str | None = attr(CIFS_GENL_ATTR.SWN_USER_NAME, string)
    password: str | None = attr(CIFS_GENL_ATTR.SWN_PASSWORD, string, secret=True)
    domain: str | None = attr(CIFS_GENL_ATTR.SWN_DOMAIN_NAME, string)


class Notice(Record, header=GenericHeader):
    """What the program tells the kernel: of a resource and its state, or of a new address."""

    __facts__: ClassVar[Facts] = Facts(attributes=CIFS_GENL_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    registration: int | None = attr(CIFS_GENL_ATTR.SWN_REGISTRATION_ID, u32)
    notification: takes.Member[Notification | None] = attr(
        CIFS_GENL_ATTR.SWN_NOTIFICATION_TYPE, enum(Notification, u32)
    )
    state: takes.Member[ResourceState | None] = attr(CIFS_GENL_ATTR.SWN_RESOURCE_STATE, enum(ResourceState, u32))
    resource: str | None = attr(CIFS_GENL_ATTR.SWN_RESOURCE_NAME, string)
    address: bytes | None = attr(CIFS_GENL_ATTR.SWN_IP, binary(128))


class Cifs(Family, name="cifs", version=1):
    """The family ``cifs``."""

    notify = do(CIFS_GENL_CMD.SWN_NOTIFY, request=Notice, required=("registration", "notification"), privileged=True)
    register = event(CIFS_GENL_CMD.SWN_REGISTER, Registration, group="cifs_mcgrp_swn")
    unregister = event(CIFS_GENL_CMD.SWN_UNREGISTER, Registration, group="cifs_mcgrp_swn")


EVENTS: Group[Registration] = Cifs.notifications()
"""What the kernel wants to be told of, and no more. Whoever listens needs CAP_NET_ADMIN."""

notify = Cifs.notify
