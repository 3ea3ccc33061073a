"""What is asked of the crypto layer: algorithms listed and looked up, made, preferred to others, removed.

Source: crypto/crypto_user.c. What changes is the whole machine's, whichever network namespace it is asked in, and takes
CAP_NET_ADMIN in the initial user namespace.
"""

from __future__ import annotations

from typing import TypeAlias

from netlynx.codec._codec import encode_record
from netlynx.crypto.algorithm import Algorithm, Nothing, Wanted
from netlynx.crypto.constants import CRYPTO_MSG, TYPE_MASK, AlgorithmFlags, AlgorithmType
from netlynx.crypto.counted import Counted
from netlynx.engine.operation import Do, Dump, make_do, make_dump
from netlynx.errors import EncodeError
from netlynx.schema.arguments import flags_of, member_of, record_of, text_of
from netlynx.schema.record import was_read
from netlynx.schema.sending import changed, settable
from netlynx.wire.constants import NETLINK, NLM_F

_LONGEST = 63  # bytes of a name that the kernel finds an end of
_NONE = AlgorithmFlags(0)

Type: TypeAlias = AlgorithmType | str | int
Flags: TypeAlias = AlgorithmFlags | str | int


def algorithms() -> Dump[Algorithm]:
    """All algorithms that are registered, those that are being made among them; the last that was registered first.

    The kernel lists them all: `where` chooses, as in ``crypto.algorithms().where(name="sha256")``.
    """
    return make_dump("crypto.algorithms", NETLINK.CRYPTO, CRYPTO_MSG.GETALG, Wanted(), Algorithm, CRYPTO_MSG.GETALG)


def algorithm(
    name: str | None = None,
    *,
    driver: str | None = None,
    type: Type | None = None,
    flags: Flags | None = None,
    mask: Flags | None = None,
) -> Do[Algorithm]:
    """One algorithm, by its name or its driver, which the kernel looks up among those that are registered.

    Of several of one `name` this is the one that was registered last, not the one with the highest priority, which the
    kernel uses: ``crypto.algorithms().where(name=…)`` has them all. It has to be of `type`, if that is given, and to
    have all of `flags`; with `mask`, of those in the mask `flags` and no others: ``mask="async"`` is one without.

    `NotFound` if none is registered. Raises EncodeError unless exactly one of name and driver is given, for one that is
    too long or empty, for what is no type or flag, and for flags that are not in `mask`.
    """
    called = "crypto.algorithm"
    given = _named(called, name, driver)
    wanted = given.replace(**_choice(called, type, flags, mask))
    return make_do(called, NETLINK.CRYPTO, CRYPTO_MSG.GETALG, wanted, reply=Algorithm, reply_type=CRYPTO_MSG.GETALG)


def statistics(name: str | None = None, *, driver: str | None = None) -> Do[Counted]:
    """What was counted of one algorithm, by its name or its driver as for `algorithm`.

    Only older kernels counted, and of these those that were built to: all others refuse (`NotSupported`). Raises
    EncodeError as `algorithm`.
    """
    called = "crypto.statistics"
    wanted = _named(called, name, driver)
    return make_do(called, NETLINK.CRYPTO, CRYPTO_MSG.GETSTAT, wanted, reply=Counted, reply_type=CRYPTO_MSG.GETSTAT)


def add(
    record: Algorithm, *, type: Type | None = None, flags: Flags | None = None, mask: Flags | None = None
) -> Do[None]:
    """Have an algorithm made: of a template and others (``cbc(aes)``), or by the module that has it, which is loaded.

    It is named by `name` or by `driver`; with `driver`, a `priority` may be given. A record that was read is found by
    its driver. `type`, `flags` and `mask` say which one will do, as for `algorithm`.

    Fails with `AlreadyExists` when it is there, with `NotFound` where the kernel and its modules have none. Raises
    EncodeError, with the path of the field at fault, for what cannot be asked.
    """
    wanted = _settled(record, "add")
    if bool(wanted.name) == bool(wanted.driver):
        raise EncodeError("say which one: by its name, or by its driver", "Algorithm.name")
    if wanted.priority is not None and not wanted.driver:
        raise EncodeError("the kernel sets it where a driver says of which one: give that", "Algorithm.priority")
    wanted = wanted.replace(**_choice("crypto.add", type, flags, mask))
    return _change("crypto.add", CRYPTO_MSG.NEWALG, wanted, NLM_F.CREATE | NLM_F.EXCL)


def change(record: Algorithm) -> Do[None]:
    """Give the algorithm of this `driver` another `priority`: of those of one name, the highest is used from then on.

    What templates made of it is forgotten, and made again when it is needed; who uses that goes on.

    Fails with `NotFound` when there is none. Raises EncodeError as `add`.
    """
    wanted = _by_driver(record, "change")
    if wanted.priority is None:
        raise EncodeError("this is what can be changed: say which one it is to have", "Algorithm.priority")
    return _change("crypto.change", CRYPTO_MSG.UPDATEALG, wanted)


def delete(record: Algorithm) -> Do[None]:
    """Remove the algorithm of this `driver`, which a template made (flag INSTANCE): others go with their modules.

    Fails with `NotFound` when there is none, with `Busy` while it is used, with errno EINVAL for what no template made.
    Raises EncodeError as `add`.
    """
    wanted = _by_driver(record, "delete")
    if wanted.priority is not None:
        if not was_read(record) or "priority" in changed(record):
            raise EncodeError("the kernel does not look at it when it deletes: leave it out", "Algorithm.priority")
        wanted = wanted.replace(priority=None)
    return _change("crypto.delete", CRYPTO_MSG.DELALG, wanted)


def delete_default_rng() -> Do[None]:
    """Have the generator of random numbers that the kernel uses by default forgotten: the next user makes a new one.

    Fails with `Busy` while it is used.
    """
    return _change("crypto.delete_default_rng", CRYPTO_MSG.DELRNG, Nothing())


def _change(name: str, message_type: int, wanted: Wanted | Nothing, flags: int = 0) -> Do[None]:
    return make_do(name, NETLINK.CRYPTO, message_type, wanted, flags=flags)


def _by_driver(record: Algorithm, verb: str) -> Wanted:
    wanted = _settled(record, verb)
    if not wanted.driver:
        raise EncodeError("the kernel finds it by its driver: give that", "Algorithm.driver")
    return wanted


def _settled(record: Algorithm, verb: str) -> Wanted:
    """What a record says, but for what a verb alone wants. Raises EncodeError, EncodeTypeError."""
    record_of(Algorithm, record, f"crypto.{verb}(record)")
    said = settable(record, "Algorithm", ("driver",))
    encode_record(said)  # values that no field can have are refused by the field's name
    name, driver = said.name, said.driver
    if name and driver:
        if not was_read(record) or "name" in changed(record):
            raise EncodeError("the kernel looks at the driver alone: leave the name out", "Algorithm.name")
        name = ""
    if said.unknown:
        raise EncodeError("the kernel looks at no other attributes", "Algorithm.unknown")
    _check_length(name, "Algorithm.name")
    _check_length(driver, "Algorithm.driver")
    if said.priority is not None and said.priority < 0:
        raise EncodeError(f"{said.priority} is no priority: they are numbers from 0 on", "Algorithm.priority")
    return Wanted(name=name, driver=driver, priority=said.priority)


def _named(called: str, name: str | None, driver: str | None) -> Wanted:
    """Which one is asked for. Raises EncodeError, EncodeTypeError unless exactly one of the two says so."""
    if (name is None) == (driver is None):
        raise EncodeError("give a name, or a driver", f"{called}(name)")
    for parameter, given in (("name", name), ("driver", driver)):
        if given is not None:
            path = f"{called}({parameter})"
            if not text_of(given, path):
                raise EncodeError("no algorithm is called so", path)
            _check_length(given, path)
    return Wanted(name=name or "", driver=driver or "")


def _choice(called: str, type: Type | None, flags: Flags | None, mask: Flags | None) -> dict[str, AlgorithmFlags]:
    """`type` and `mask` as the kernel has them. Raises EncodeError, EncodeTypeError."""
    wanted = _NONE if flags is None else flags_of(AlgorithmFlags, flags, f"{called}(flags)")
    compared = wanted if mask is None else flags_of(AlgorithmFlags, mask, f"{called}(mask)")
    for parameter, given in (("flags", wanted), ("mask", compared)):
        if int(given) & TYPE_MASK:
            raise EncodeError("the lowest four bits are no flags: give a type", f"{called}({parameter})")
    if lost := wanted & ~compared:
        raise EncodeError(f"{lost.label}: not in `mask`, so nothing would look at it", f"{called}(flags)")
    if type is not None:
        wanted |= AlgorithmFlags(int(member_of(AlgorithmType, type, f"{called}(type)")))
        compared |= AlgorithmFlags(TYPE_MASK)
    return {"type": wanted, "mask": compared}


def _check_length(name: str, path: str) -> None:
    if len(name.encode("utf-8", "surrogateescape")) > _LONGEST:
        raise EncodeError(f"no name is longer than {_LONGEST} bytes", path)
