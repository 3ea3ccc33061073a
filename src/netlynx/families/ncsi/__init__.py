"""NC-SI: the network controller that a management controller shares with its host, its packages and channels.

    from netlynx.families import ncsi

    for told in nl.dump(ncsi.all_packages(index="eth0")):
        for package in told.packages:
            print(package.id, [channel.id for channel in package.channels if channel.active])
    nl.do(ncsi.set_interface(index="eth0", package=0, channel=1))

Source: linux/ncsi.h, net/ncsi/ncsi-netlink.c of the kernel.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import Family, GenericHeader, do, dump
from netlynx.schema import Constants, Record, attr, binary, flag, interface, multi, nest, string, takes, u16, u32
from netlynx.schema.facts import Facts

_POLICY = "ncsi_genl_policy"
_NOT_HERE = {"NCSI_ATTR_*": "not of this message"}


class NCSI_CMD(Constants):
    """Commands."""

    UNSPEC = 0
    PKG_INFO = 1
    SET_INTERFACE = 2
    CLEAR_INTERFACE = 3
    SEND_CMD = 4
    SET_PACKAGE_MASK = 5
    SET_CHANNEL_MASK = 6


class NCSI_ATTR(Constants):
    """Attributes."""

    UNSPEC = 0
    IFINDEX = 1
    PACKAGE_LIST = 2
    PACKAGE_ID = 3
    CHANNEL_ID = 4
    DATA = 5
    MULTI_FLAG = 6
    PACKAGE_MASK = 7
    CHANNEL_MASK = 8


class NCSI_PKG_ATTR(Constants, prefix="NCSI_PKG_", renamed={"ATTR_ATTR": "NCSI_PKG_ATTR"}):
    """Attributes of a package, and of the list of them."""

    ATTR_UNSPEC = 0
    ATTR = 1
    ATTR_ID = 2
    ATTR_FORCED = 3
    ATTR_CHANNEL_LIST = 4


class NCSI_CHANNEL_ATTR(Constants, prefix="NCSI_CHANNEL_"):
    """Attributes of a channel, and of the list of them."""

    ATTR_UNSPEC = 0
    ATTR = 1
    ATTR_ID = 2
    ATTR_VERSION_MAJOR = 3
    ATTR_VERSION_MINOR = 4
    ATTR_VERSION_STR = 5
    ATTR_LINK_STATE = 6
    ATTR_ACTIVE = 7
    ATTR_FORCED = 8
    ATTR_VLAN_LIST = 9
    ATTR_VLAN_ID = 10


class Channel(Record):
    """A channel of a package: its firmware, its link (bits as in NC-SI's Get Link Status), VLANs that it takes."""

    __facts__: ClassVar[Facts] = Facts(attributes=NCSI_CHANNEL_ATTR)
    __omitted__: ClassVar[dict[str, str]] = {
        "NCSI_CHANNEL_ATTR": "what a list of channels is made of",
    }

    id: int | None = attr(NCSI_CHANNEL_ATTR.ATTR_ID, u32)
    version_major: int | None = attr(NCSI_CHANNEL_ATTR.ATTR_VERSION_MAJOR, u32)
    version_minor: int | None = attr(NCSI_CHANNEL_ATTR.ATTR_VERSION_MINOR, u32)
    firmware: str | None = attr(NCSI_CHANNEL_ATTR.ATTR_VERSION_STR, string)
    link_state: int | None = attr(NCSI_CHANNEL_ATTR.ATTR_LINK_STATE, u32)
    active: bool = attr(NCSI_CHANNEL_ATTR.ATTR_ACTIVE, flag)
    forced: bool = attr(NCSI_CHANNEL_ATTR.ATTR_FORCED, flag)
    vlans: takes.Several[int] = attr((NCSI_CHANNEL_ATTR.ATTR_VLAN_LIST, NCSI_CHANNEL_ATTR.ATTR_VLAN_ID), multi(u16))


class Package(Record):
    """A package of a controller: its channels, and whether it was chosen."""

    __facts__: ClassVar[tuple[Facts, ...]] = (Facts(attributes=NCSI_PKG_ATTR), Facts(attributes=NCSI_CHANNEL_ATTR))
    __omitted__: ClassVar[dict[str, str]] = {
        "NCSI_PKG_ATTR": "what a list of packages is made of",
        "NCSI_CHANNEL_ATTR_*": "of a channel",
    }

    id: int | None = attr(NCSI_PKG_ATTR.ATTR_ID, u32)
    forced: bool = attr(NCSI_PKG_ATTR.ATTR_FORCED, flag)
    channels: takes.Records[Channel] = attr(
        (NCSI_PKG_ATTR.ATTR_CHANNEL_LIST, NCSI_CHANNEL_ATTR.ATTR), multi(nest(Channel))
    )


class Key(Record, header=GenericHeader):
    """Which device, package and channel are meant."""

    __facts__: ClassVar[Facts] = Facts(attributes=NCSI_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: takes.Name[int | None] = attr(NCSI_ATTR.IFINDEX, interface)
    package: int | None = attr(NCSI_ATTR.PACKAGE_ID, u32)
    channel: int | None = attr(NCSI_ATTR.CHANNEL_ID, u32)


class Packages(Record, header=GenericHeader):
    """Packages of a device."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        Facts(attributes=NCSI_ATTR, policy=_POLICY),
        Facts(attributes=NCSI_PKG_ATTR),
    )
    __omitted__: ClassVar[dict[str, str]] = {**_NOT_HERE, "NCSI_PKG_ATTR_*": "of a package"}

    packages: takes.Records[Package] = attr((NCSI_ATTR.PACKAGE_LIST, NCSI_PKG_ATTR.ATTR), multi(nest(Package)))


class Command(Record, header=GenericHeader):
    """A command of NC-SI as it goes to a channel, header and payload, or what was answered."""

    __facts__: ClassVar[Facts] = Facts(attributes=NCSI_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: takes.Name[int | None] = attr(NCSI_ATTR.IFINDEX, interface)
    package: int | None = attr(NCSI_ATTR.PACKAGE_ID, u32)
    channel: int | None = attr(NCSI_ATTR.CHANNEL_ID, u32)
    data: bytes | None = attr(NCSI_ATTR.DATA, binary(2048))


class Mask(Record, header=GenericHeader):
    """Which packages, or which channels of a package, may be used; `several` of them at a time or one.

    Of channels, `channel` is the one that is preferred.
    """

    __facts__: ClassVar[Facts] = Facts(attributes=NCSI_ATTR, policy=_POLICY)
    __omitted__: ClassVar[dict[str, str]] = _NOT_HERE

    index: takes.Name[int | None] = attr(NCSI_ATTR.IFINDEX, interface)
    package: int | None = attr(NCSI_ATTR.PACKAGE_ID, u32)
    channel: int | None = attr(NCSI_ATTR.CHANNEL_ID, u32)
    packages: int | None = attr(NCSI_ATTR.PACKAGE_MASK, u32)
    channels: int | None = attr(NCSI_ATTR.CHANNEL_MASK, u32)
    several: bool = attr(NCSI_ATTR.MULTI_FLAG, flag)


class Ncsi(Family, name="NCSI", version=0):
    """The family ``NCSI``."""

    packages = do(NCSI_CMD.PKG_INFO, request=Key, reply=Packages, required=("index", "package"))
    all_packages = dump(NCSI_CMD.PKG_INFO, request=Key, reply=Packages, required=("index",))
    set_interface = do(NCSI_CMD.SET_INTERFACE, request=Key, required=("index", "package"), privileged=True)
    clear_interface = do(NCSI_CMD.CLEAR_INTERFACE, request=Key, required=("index",), privileged=True)
    send = do(
        NCSI_CMD.SEND_CMD,
        request=Command,
        reply=Command,
        required=("index", "package", "channel", "data"),
        privileged=True,
    )
    set_packages = do(NCSI_CMD.SET_PACKAGE_MASK, request=Mask, required=("index", "packages"), privileged=True)
    set_channels = do(
        NCSI_CMD.SET_CHANNEL_MASK, request=Mask, required=("index", "package", "channels"), privileged=True
    )


packages = Ncsi.packages
all_packages = Ncsi.all_packages
set_interface = Ncsi.set_interface
clear_interface = Ncsi.clear_interface
send = Ncsi.send
set_packages = Ncsi.set_packages
set_channels = Ncsi.set_channels
