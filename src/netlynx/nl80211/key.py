"""Keys: set, made the default, taken away. What is secret of them is shown nowhere. Source: nl80211_new_key and
nl80211_set_key in net/wireless/nl80211.c."""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import GenericHeader
from netlynx.schema import Record, attr, binary, enum, flag, interface, mac, spelt, takes, u8, u32
from netlynx.schema.facts import Facts

from .enums.connecting import KeyMode, KeyType
from .numbers.attributes import NL80211_ATTR as _A
from .numbers.attributes import OF_OTHERS
from .numbers.stations import NL80211_KEY, NL80211_KEY_DEFAULT_TYPE
from .suites import Cipher
from .units import raw_nest


class WepKey(Record):
    """A key that a request to connect or to join has with it; WEP is all that needs this."""

    __facts__: ClassVar[Facts] = Facts(attributes=NL80211_KEY, policy="nl80211_key_policy")
    __omitted__: ClassVar[dict[str, str]] = {"NL80211_KEY_*": "of keys that are set by themselves"}

    data: bytes | None = attr(NL80211_KEY.DATA, binary(32), secret=True)
    id: int | None = attr(NL80211_KEY.IDX, u8)
    cipher: takes.Member[Cipher | None] = attr(NL80211_KEY.CIPHER, spelt(Cipher, u32))
    default: bool = attr(NL80211_KEY.DEFAULT, flag)


class Key(Record, header=GenericHeader):
    """A key of an interface: of a station (`mac`), or of the group. Its `data` is for those alone who set it."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    mac: str | None = attr(_A.MAC, mac)
    id: int | None = attr((_A.KEY, NL80211_KEY.IDX), u8)  # 0 to 3, of management frames 4 and 5, of beacons 6 and 7
    type: takes.Member[KeyType | None] = attr((_A.KEY, NL80211_KEY.TYPE), enum(KeyType, u32))
    cipher: takes.Member[Cipher | None] = attr((_A.KEY, NL80211_KEY.CIPHER), spelt(Cipher, u32))
    data: bytes | None = attr((_A.KEY, NL80211_KEY.DATA), binary(32), secret=True)
    sequence: bytes | None = attr((_A.KEY, NL80211_KEY.SEQ), binary(16))  # of the frame that came last
    default: bool = attr((_A.KEY, NL80211_KEY.DEFAULT), flag)
    default_management: bool = attr((_A.KEY, NL80211_KEY.DEFAULT_MGMT), flag)
    default_beacon: bool = attr((_A.KEY, NL80211_KEY.DEFAULT_BEACON), flag)
    for_unicast: bool = attr((_A.KEY, NL80211_KEY.DEFAULT_TYPES, NL80211_KEY_DEFAULT_TYPE.UNICAST), flag)
    for_multicast: bool = attr((_A.KEY, NL80211_KEY.DEFAULT_TYPES, NL80211_KEY_DEFAULT_TYPE.MULTICAST), flag)
    mode: takes.Member[KeyMode | None] = attr((_A.KEY, NL80211_KEY.MODE), enum(KeyMode, u8))
    ltf_seed: bytes | None = attr((_A.KEY, NL80211_KEY.LTF_SEED), binary, secret=True)
    link_id: int | None = attr(_A.MLO_LINK_ID, u8)


class KeyFilter(Record, header=GenericHeader):
    """Which key is asked for; the kernel tells its sequence number, and nothing of what is secret."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A, policy="nl80211_policy")
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    mac: str | None = attr(_A.MAC, mac)
    id: int | None = attr(_A.KEY_IDX, u8)
    type: takes.Member[KeyType | None] = attr(_A.KEY_TYPE, enum(KeyType, u32))
    link_id: int | None = attr(_A.MLO_LINK_ID, u8)


class KeyState(Record, header=GenericHeader):
    """What is told of a key."""

    __facts__: ClassVar[Facts] = Facts(attributes=_A)
    __omitted__: ClassVar[dict[str, str]] = OF_OTHERS

    index: takes.Name[int | None] = attr(_A.IFINDEX, interface)
    mac: str | None = attr(_A.MAC, mac)
    id: int | None = attr(_A.KEY_IDX, u8)
    cipher: takes.Member[Cipher | None] = attr(_A.KEY_CIPHER, spelt(Cipher, u32))
    sequence: bytes | None = attr(_A.KEY_SEQ, binary)
    data: bytes | None = attr(_A.KEY_DATA, binary, secret=True)  # where a driver tells it
    again: bytes | None = attr(_A.KEY, raw_nest, secret=True)  # the same in a nest
