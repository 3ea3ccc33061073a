"""What changes devices: receive channels, associations with their keys, and what hardware does.

Source: validate_add_rxsa, validate_upd_sa and their like in drivers/net/macsec.c, whose refusals say no more than
EINVAL.
"""

from __future__ import annotations

from typing import Any, ClassVar

from netlynx.errors import EncodeError
from netlynx.generic import GenericHeader
from netlynx.macsec.constants import MACSEC_ATTR, MACSEC_OFFLOAD_ATTR, MACSEC_RXSC_ATTR, MACSEC_SA_ATTR
from netlynx.route.macsec_names import MacsecOffload, MacsecSci
from netlynx.schema import (
    Record,
    attr,
    be32,
    be64,
    binary,
    boolean,
    enum,
    interface,
    spelt,
    takes,
    u8,
    u64,
    uint,
)
from netlynx.schema.facts import Facts
from netlynx.schema.record import fields_of, replace_fields

_CHANNEL, _SA = MACSEC_ATTR.RXSC_CONFIG, MACSEC_ATTR.SA_CONFIG
_OF_DEVICES = Facts(attributes=MACSEC_ATTR, policy="macsec_genl_policy")
_OF_SAS = Facts(attributes=MACSEC_SA_ATTR, policy="macsec_genl_sa_policy")
_OF_CHANNELS = Facts(attributes=MACSEC_RXSC_ATTR, policy="macsec_genl_rxsc_policy")
_OTHER = {"MACSEC_ATTR_*": "told, or of other requests: Device"}
_OF_CHANNEL = {"MACSEC_RXSC_ATTR_*": "told: Channel"}
_OF_SA = {"MACSEC_SA_ATTR_STATS": "told: Association"}
KEY_ID = 16  # MACSEC_KEYID_LEN
_SALT = 12  # MACSEC_SALT_LEN
_NUMBERS = 4  # MACSEC_NUM_AN
_KEYS = (16, 32)  # DEFAULT_SAK_LEN of the suites with 128 and with 256 bits
_EXTENDED = ("ssci", "salt")
_NARROW = (1 << 32) - 1


class ReceiveChannel(Record, header=GenericHeader):
    """A receive channel of a device: whom it hears. `index` and `sci` tell which."""

    __facts__: ClassVar[tuple[Facts, ...]] = (_OF_DEVICES, _OF_CHANNELS)
    __omitted__: ClassVar[dict[str, str]] = {**_OTHER, **_OF_CHANNEL}

    index: takes.Name[int | None] = attr(MACSEC_ATTR.IFINDEX, interface)
    sci: takes.Member[MacsecSci | None] = attr((_CHANNEL, MACSEC_RXSC_ATTR.SCI), spelt(MacsecSci, be64))
    active: bool | None = attr((_CHANNEL, MACSEC_RXSC_ATTR.ACTIVE), boolean)  # a new one is, unless this says other


class TransmitSa(Record, header=GenericHeader):
    """A secure association of a device's transmit channel. `index` and `an` tell which.

    `pn` is the number of the next packet, from 1; `key` has 16 or 32 bytes, as the cipher suite has it; `key_id` is
    filled with zeros to its 16. With extended packet numbers (GCM-AES-XPN-…) `ssci` and the `salt` of 12 bytes belong
    to it.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (_OF_DEVICES, _OF_SAS)
    __omitted__: ClassVar[dict[str, str]] = {**_OTHER, **_OF_SA}

    index: takes.Name[int | None] = attr(MACSEC_ATTR.IFINDEX, interface)
    an: int | None = attr((_SA, MACSEC_SA_ATTR.AN), u8)  # association number, 0 to 3
    active: bool | None = attr((_SA, MACSEC_SA_ATTR.ACTIVE), boolean)  # a new one is not, unless this says other
    pn: int | None = attr((_SA, MACSEC_SA_ATTR.PN), uint)
    key: bytes | None = attr((_SA, MACSEC_SA_ATTR.KEY), binary(128), secret=True)
    key_id: bytes | None = attr((_SA, MACSEC_SA_ATTR.KEYID), binary(KEY_ID))
    ssci: int | None = attr((_SA, MACSEC_SA_ATTR.SSCI), be32)
    salt: bytes | None = attr((_SA, MACSEC_SA_ATTR.SALT), binary(_SALT), secret=True)


class ReceiveSa(Record, header=GenericHeader):
    """A secure association of a receive channel. `index`, `sci` and `an` tell which; the rest is as of `TransmitSa`.

    Of it, `pn` is the lowest number that is accepted with replay protection.
    """

    __facts__: ClassVar[tuple[Facts, ...]] = (_OF_DEVICES, _OF_CHANNELS, _OF_SAS)
    __omitted__: ClassVar[dict[str, str]] = {**_OTHER, **_OF_CHANNEL, **_OF_SA}

    index: takes.Name[int | None] = attr(MACSEC_ATTR.IFINDEX, interface)
    sci: takes.Member[MacsecSci | None] = attr((_CHANNEL, MACSEC_RXSC_ATTR.SCI), spelt(MacsecSci, be64))
    an: int | None = attr((_SA, MACSEC_SA_ATTR.AN), u8)
    active: bool | None = attr((_SA, MACSEC_SA_ATTR.ACTIVE), boolean)
    pn: int | None = attr((_SA, MACSEC_SA_ATTR.PN), uint)
    key: bytes | None = attr((_SA, MACSEC_SA_ATTR.KEY), binary(128), secret=True)
    key_id: bytes | None = attr((_SA, MACSEC_SA_ATTR.KEYID), binary(KEY_ID))
    ssci: int | None = attr((_SA, MACSEC_SA_ATTR.SSCI), be32)
    salt: bytes | None = attr((_SA, MACSEC_SA_ATTR.SALT), binary(_SALT), secret=True)


class Offload(Record, header=GenericHeader):
    """What hardware does of a device's work. The device has to be down, without channels and associations."""

    __facts__: ClassVar[tuple[Facts, ...]] = (
        _OF_DEVICES,
        Facts(attributes=MACSEC_OFFLOAD_ATTR, policy="macsec_genl_offload_policy"),
    )
    __omitted__: ClassVar[dict[str, str]] = _OTHER

    index: takes.Name[int | None] = attr(MACSEC_ATTR.IFINDEX, interface)
    offload: takes.Member[MacsecOffload | None] = attr(
        (MACSEC_ATTR.OFFLOAD, MACSEC_OFFLOAD_ATTR.TYPE), enum(MacsecOffload, u8)
    )


class ExtendedTransmitSa(TransmitSa):
    """The same with a packet number that is sent in 8 bytes, however small: the kernel takes no other."""

    __differs__: ClassVar[dict[str, str]] = {"pn": "of these devices, of 8 bytes alone"}

    pn: int | None = attr((_SA, MACSEC_SA_ATTR.PN), u64)


class ExtendedReceiveSa(ReceiveSa):
    """The same with a packet number that is sent in 8 bytes, however small: the kernel takes no other."""

    __differs__: ClassVar[dict[str, str]] = {"pn": "of these devices, of 8 bytes alone"}

    pn: int | None = attr((_SA, MACSEC_SA_ATTR.PN), u64)


_WIDE: dict[type, Any] = {TransmitSa: ExtendedTransmitSa, ReceiveSa: ExtendedReceiveSa}
_KEY_FIELDS: dict[type, tuple[str, ...]] = {
    ReceiveChannel: ("index", "sci"),
    TransmitSa: ("index", "an"),
    ReceiveSa: ("index", "sci", "an"),
    Offload: ("index",),
}


def check_key(record: Any) -> None:
    """Raises EncodeError for a record that does not tell which channel or association it is of."""
    cls = type(record)
    for name in _KEY_FIELDS[cls]:
        if getattr(record, name) is None:
            raise EncodeError(f"say which one: it takes {' and '.join(_KEY_FIELDS[cls])}", f"{cls.__name__}.{name}")
    an = getattr(record, "an", None)
    if an is not None and not 0 <= an < _NUMBERS:
        raise EncodeError(f"{an} is no association number: there are 0 to {_NUMBERS - 1}", f"{cls.__name__}.an")


def only_key(record: Any) -> None:
    """Raises EncodeError for what a deletion would not look at."""
    check_key(record)
    cls = type(record)
    for name, value in fields_of(record).items():
        if value is not None and name not in (*_KEY_FIELDS[cls], "unknown"):
            raise EncodeError("the kernel does not look at it to delete: leave it out", f"{cls.__name__}.{name}")


def association_made(record: Any) -> Any:
    """An association as the kernel takes it. Raises EncodeError for what is missing or cannot be."""
    check_key(record)
    path = type(record).__name__
    for name in ("pn", "key", "key_id"):
        if getattr(record, name) is None:
            raise EncodeError("a new association has a packet number, a key and the key's name", f"{path}.{name}")
    if len(record.key) not in _KEYS:
        raise EncodeError(f"a key has 16 or 32 bytes, not {len(record.key)}", f"{path}.key")
    extended = [name for name in _EXTENDED if getattr(record, name) is not None]
    if len(extended) == 1:
        raise EncodeError("with extended packet numbers, ssci and salt go together", f"{path}.{extended[0]}")
    if extended and len(record.salt) != _SALT:
        raise EncodeError(f"a salt has {_SALT} bytes, not {len(record.salt)}", f"{path}.salt")
    check_number(record, bool(extended))
    whole = replace_fields(record, key_id=record.key_id.ljust(KEY_ID, b"\0"))
    return extended_of(whole) if extended else whole


def check_number(record: Any, extended: bool) -> None:
    """Raises EncodeError for a packet number that there is not."""
    path = f"{type(record).__name__}.pn"
    if record.pn is not None and record.pn < 1:
        raise EncodeError("packet numbers begin at 1", path)
    if record.pn is not None and record.pn > _NARROW and not extended:
        raise EncodeError(f"without extended packet numbers they end at {_NARROW}", path)


def check_change(record: Any) -> None:
    """Raises EncodeError for what of a channel or an association cannot be changed, and where nothing is."""
    check_key(record)
    cls = type(record)
    changed = [name for name in ("active", "pn") if getattr(record, name, None) is not None]
    for name in ("key", "key_id", "ssci", "salt"):
        if getattr(record, name, None) is not None:
            raise EncodeError("it cannot be changed: delete the association and add another", f"{cls.__name__}.{name}")
    if not changed:
        raise EncodeError("say what it is to be", f"{cls.__name__}.active")


def extended_of(record: Any) -> Any:
    """An association as a device with extended packet numbers takes it."""
    values = {name: value for name, value in fields_of(record).items() if name != "unknown"}
    return _WIDE[type(record)](**values)
