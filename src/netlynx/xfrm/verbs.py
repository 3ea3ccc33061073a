"""What changes states and policies, and what is set of how they are kept.

Source: net/xfrm/xfrm_user.c, net/xfrm/xfrm_state.c. All of it takes CAP_NET_ADMIN.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any, TypeVar

from netlynx.engine.operation import Do, Dump, Flush, Talk, make_do
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Record, head, member, u32
from netlynx.schema.arguments import member_of, record_of
from netlynx.schema.record import replace_fields
from netlynx.schema.sending import settable
from netlynx.wire.constants import NETLINK, NLM_F
from netlynx.xfrm.changing import compare, known_policy, known_state, policy_sent, state_changed, state_sent
from netlynx.xfrm.constants import XFRM_MSG, Default, Direction, PolicyType, Protocol
from netlynx.xfrm.databases import PolicyDatabase, Thresholds
from netlynx.xfrm.defaults import Defaults
from netlynx.xfrm.events import Expired, ExpiredPolicy
from netlynx.xfrm.flushing import FlushedPolicies, FlushedStates
from netlynx.xfrm.listing import BY_ADDRESS, named
from netlynx.xfrm.migration import Migration
from netlynx.xfrm.parts import family_of
from netlynx.xfrm.policy import Policy
from netlynx.xfrm.replaying import ReplayEvent
from netlynx.xfrm.state import State, StateHeader

R = TypeVar("R", State, Policy)

_FIRST_SPI = 0x100  # those below are reserved: RFC 4303
_LAST_SPI = 0xFFFF_FFFF
_LAST_CPI = 0xFFFF
_MOST_MOVES = 6  # XFRM_MAX_DEPTH


def add(record: State | Policy) -> Do[None]:
    """Make a state or a policy; `AlreadyExists` where it is there.

    See `State` and `Policy` for what each needs. A record that was read makes the same again, with its keys and
    numbers; the kernel chooses the index of a policy anew. Raises EncodeError, with the path of the field, for what is
    missing and for what the kernel would not look at.
    """
    if isinstance(record, State):
        return _made("add", XFRM_MSG.NEWSA, partial(state_sent, verb="add"), record)
    if isinstance(record, Policy):
        return _made("add", XFRM_MSG.NEWPOLICY, partial(policy_sent, verb="add"), record)
    raise _neither(record, "add")


def replace(record: Policy) -> Do[None]:
    """Make a policy, or put it in the place of the one with the same selector and direction. Raises as `add`.

    States are not replaced: `change` says what of them can be.
    """
    if isinstance(record, State):
        raise EncodeError(
            "the kernel puts no state in the place of another: change it, or delete it and add another",
            "xfrm.replace(State)",
        )
    if isinstance(record, Policy):
        return _made("replace", XFRM_MSG.UPDPOLICY, partial(policy_sent, verb="replace"), record)
    raise _neither(record, "replace")


def change(record: State) -> Talk[None]:
    """Change a state that is there, or say what one is to be that `allocate` or the kernel made; `NotFound` without it.

    Of one that has its keys the kernel changes `limits` (all of them at once), addresses and ports of `encapsulation`,
    `output_mark`, `if_id` and `care_of`, and nothing else: what is there is read first, what the record does not say
    stays, and `NotSupported` names a field that would stay as it is. Raises EncodeError as `add`.
    """
    if isinstance(record, Policy):
        raise EncodeError("a policy is replaced as a whole: replace it", "xfrm.change(Policy)")
    if not isinstance(record, State):
        raise _neither(record, "change")
    asked, _ = known_state(record, "change")
    asking: Do[State] = make_do(
        "xfrm.change", NETLINK.XFRM, XFRM_MSG.GETSA, asked, reply=State, reply_type=XFRM_MSG.NEWSA
    )

    def steps() -> Generator[Do[Any], Any, None]:
        made = state_changed(record, (yield asking))
        if made is not None:
            yield make_do("xfrm.change", NETLINK.XFRM, XFRM_MSG.UPDSA, made)

    return Talk("xfrm.change", steps)


def delete(record: State | Policy) -> Do[None] | Talk[None]:
    """Remove a state or a policy; `NotFound` without it.

    A state is found by `destination`, `spi`, `protocol` and `mark` (those of Mobile IPv6 by their addresses), a policy
    by `direction` with its `index`, or with its `selector` and `security`, and by `mark`, `if_id` and `type`. What a
    record that was made says besides is compared with what is there first: `NotFound` says what is otherwise. Raises
    EncodeError for what is missing.
    """
    if isinstance(record, State):
        asked, rest = known_state(record, "delete")
        deletion: Do[None] = make_do("xfrm.delete", NETLINK.XFRM, XFRM_MSG.DELSA, asked)
        looking: Do[Any] = make_do(
            "xfrm.delete", NETLINK.XFRM, XFRM_MSG.GETSA, asked, reply=State, reply_type=XFRM_MSG.NEWSA
        )
        return _after_a_look(record, rest, looking, deletion, "the state with this SPI")
    if isinstance(record, Policy):
        return named("xfrm.delete", _delete_policy, record)
    raise _neither(record, "delete")


def _delete_policy(record: Policy) -> Do[None] | Talk[None]:
    asked, rest = known_policy(record, "delete")
    deletion: Do[None] = make_do("xfrm.delete", NETLINK.XFRM, XFRM_MSG.DELPOLICY, asked)
    looking: Do[Any] = make_do(
        "xfrm.delete", NETLINK.XFRM, XFRM_MSG.GETPOLICY, asked, reply=Policy, reply_type=XFRM_MSG.NEWPOLICY
    )
    return _after_a_look(record, rest, looking, deletion, "the policy that is found by this")


def _after_a_look(
    record: Any, rest: list[str], looking: Do[Any], deletion: Do[None], what: str
) -> Do[None] | Talk[None]:
    if not rest:
        return deletion

    def steps() -> Generator[Do[Any], Any, None]:
        compare(record, (yield looking), rest, what)
        yield deletion

    return Talk("xfrm.delete", steps)


def flush(listing: Dump[R]) -> Flush[R]:
    """Remove all that a listing finds, one by one; those of sockets stay, which only their sockets remove.

    ``nl.do(xfrm.flush(xfrm.states(destination="192.0.2.0/24")))`` returns how many. Raises TypeError for what is no
    listing of states or policies.
    """
    given: Any = listing  # whatever callers without a type checker hand over
    if not isinstance(given, Dump) or given.reply not in (State, Policy):
        raise TypeError(f"xfrm.flush takes a listing such as xfrm.states(), not {listing!r}")
    return Flush("xfrm.flush", listing, _one, choose=_of_no_socket)


def _one(record: State | Policy) -> Do[None]:
    made = delete(record)
    assert isinstance(made, Do)
    return made


def _of_no_socket(listing: Dump[Any], listed: list[Any]) -> list[tuple[Any, int]]:
    return [(each, 1) for each in listed if not isinstance(each, Policy) or each.direction in tuple(Direction)]


def flush_states(protocol: Protocol | str | int = Protocol.ANY) -> Do[None]:
    """Remove all states, or those of a protocol, in one request. Raises EncodeError for what is none."""
    name = "xfrm.flush_states"
    kind = member_of(Protocol, protocol, f"{name}(protocol)")
    return make_do(name, NETLINK.XFRM, XFRM_MSG.FLUSHSA, FlushedStates(protocol=kind))


def flush_policies(type: PolicyType | str | int | None = None) -> Do[None]:
    """Remove all policies of a database, of the main one unless it is said, in one request; those of sockets stay.

    Raises EncodeError for what is no database.
    """
    name = "xfrm.flush_policies"
    kind = None if type is None else member_of(PolicyType, type, f"{name}(type)")
    return make_do(name, NETLINK.XFRM, XFRM_MSG.FLUSHPOLICY, FlushedPolicies(type=kind))


class RangeHeader(StateHeader, c="xfrm_userspi_info"):
    """The fixed header of a request for an SPI: a state, and from which range."""

    first: int = member(u32, c="min", align=8)
    last: int = member(u32, c="max")


class SpiRequest(State, header=RangeHeader):
    """A state that is to get an SPI between `first` and `last`."""

    first: int = head(default=_FIRST_SPI)
    last: int = head(default=_LAST_SPI)


def allocate(record: State, *, first: int | None = None, last: int | None = None) -> Do[State]:
    """Have the kernel choose an SPI that is free, between `first` and `last`, and keep it.

    The record says `source`, `destination` and `protocol`, and may say `mode`, `reqid`, `sequence` (of the acquire that
    it answers), `mark`, `if_id`, `direction` and `cpu`. The answer is a state without keys, which goes after 30
    seconds (sysctl net.core.xfrm_acq_expires) unless `change` says what it is. SPIs begin at 0x100 and end at
    0xffffffff, of IPComp at 0xffff. `NotFound` where none is free. Raises EncodeError for a range that is none, and for
    what the kernel does not look at.
    """
    name = "xfrm.allocate"
    record_of(State, record, f"{name}(record)")
    said = settable(record, "State")
    for each, taken in ((field, field in _ALLOCATED) for field in said.__declarations__):
        if not taken and getattr(said, each) != said.__declarations__[each].default:
            raise EncodeError("the kernel does not look at it here: leave it for `change`", f"State.{each}")
    if said.destination is None or said.source is None:
        raise EncodeError("say both ends", "State.source" if said.source is None else "State.destination")
    most = _LAST_CPI if said.protocol is Protocol.COMP else _LAST_SPI
    if said.protocol in (*BY_ADDRESS, Protocol.ANY):
        raise EncodeError("only states of esp, ah and comp have an SPI", "State.protocol")
    low, high = _FIRST_SPI if first is None else first, most if last is None else last
    if not 0 < low <= high <= most:
        raise EncodeError(f"is from 1 to {most:#x}, and not below the first", f"{name}(last)")
    asked = SpiRequest(
        **{each: getattr(said, each) for each in _ALLOCATED if getattr(said, each) is not None},
        first=low,
        last=high,
    )
    return make_do(name, NETLINK.XFRM, XFRM_MSG.ALLOCSPI, asked, reply=State, reply_type=XFRM_MSG.NEWSA)


_ALLOCATED = (
    *("source", "destination", "protocol", "family", "mode", "reqid", "sequence", "mark", "if_id", "direction", "cpu"),
)


def expire(record: State | Policy, *, hard: bool = True) -> Do[None]:
    """Have a state or policy that is there expire as if its lifetime were over: listeners are told.

    At a `hard` limit it goes, at a soft one it stays. They are found as `delete` finds them. `NotFound` without it;
    errno EINVAL for a state that has no keys. Raises EncodeError as `delete`.
    """
    if isinstance(record, State):
        asked, _ = known_state(record, "expire")
        end = Expired(
            destination=asked.destination,
            spi=asked.spi,
            protocol=asked.protocol,
            family=asked.family,
            mark=asked.mark,
            hard=hard,
        )
        return make_do("xfrm.expire", NETLINK.XFRM, XFRM_MSG.EXPIRE, end)
    if isinstance(record, Policy):
        known_policy(record, "expire")
        said = settable(record, "Policy")
        last = ExpiredPolicy(
            selector=said.selector,
            direction=said.direction,
            index=said.index,
            type=said.type,
            mark=said.mark,
            if_id=said.if_id,
            security=said.security,
            hard=hard,
        )
        return make_do("xfrm.expire", NETLINK.XFRM, XFRM_MSG.POLEXPIRE, last)
    raise _neither(record, "expire")


def migrate(record: Migration) -> Do[None]:
    """Move a policy and its states to other addresses, without agreeing on new keys; `NotFound` without the policy.

    `NotSupported` where the kernel was built without it (CONFIG_XFRM_MIGRATE). Raises EncodeError for no move, and for
    more than six.
    """
    record_of(Migration, record, "xfrm.migrate(record)")
    said = settable(record, "Migration")
    if said.selector is None:
        raise EncodeError("say of which policy", "Migration.selector")
    if not 1 <= len(said.moves) <= _MOST_MOVES:
        raise EncodeError(f"one move at least, {_MOST_MOVES} at most", "Migration.moves")
    return make_do("xfrm.migrate", NETLINK.XFRM, XFRM_MSG.MIGRATE, said)


def set_replay(record: ReplayEvent) -> Do[None]:
    """Set how far the numbers and the lifetime of a state are, or its thresholds: what the record says of them.

    `NotFound` without the state. Raises EncodeError for a record that says nothing, and for what tells no state.
    """
    record_of(ReplayEvent, record, "xfrm.set_replay(record)")
    said = settable(record, "ReplayEvent")
    if said.destination is None or not said.spi:
        raise EncodeError("say which state: destination, spi, protocol", "ReplayEvent.destination")
    if all(getattr(said, name) is None for name in _SET):
        raise EncodeError(f"set one of them at least: {', '.join(_SET)}", "ReplayEvent")
    family = said.family or family_of(said.destination)
    sent = replace_fields(said, family=family, unknown=())
    return make_do("xfrm.set_replay", NETLINK.XFRM, XFRM_MSG.NEWAE, sent, flags=NLM_F.REPLACE)


_SET = ("replay", "window", "used", "packet_threshold", "time_threshold", "mapping_seconds")


def set_defaults(
    *,
    incoming: Default | str | int | None = None,
    forwarded: Default | str | int | None = None,
    outgoing: Default | str | int | None = None,
) -> Do[None]:
    """Say what becomes of packets that no policy is about: ``accept`` or ``block``; what is not given stays.

    `NotSupported` before Linux 5.14. Raises EncodeError where nothing is given.
    """
    name = "xfrm.set_defaults"
    given = {"incoming": incoming, "forwarded": forwarded, "outgoing": outgoing}
    said: dict[str, Any] = {
        each: member_of(Default, value, f"{name}({each})") for each, value in given.items() if value is not None
    }
    if not any(said.values()):
        raise EncodeError("say accept or block of one of them", name)
    return make_do(name, NETLINK.XFRM, XFRM_MSG.SETDEFAULT, Defaults(**said))


def set_thresholds(*, ipv4: Any = None, ipv6: Any = None) -> Do[None]:
    """Say from which prefixes on policies are hashed: `Thresholds` of the local and the remote one, or both in a tuple.

    What is not given stays. Raises EncodeError where nothing is given, and for more bits than an address has.
    """
    name = "xfrm.set_thresholds"
    said: dict[str, Thresholds] = {}
    for each, value, most in (("ipv4", ipv4, 32), ("ipv6", ipv6, 128)):
        if value is None:
            continue
        pair = isinstance(value, tuple) and len(value) == 2
        made = Thresholds(local=value[0], remote=value[1]) if pair else record_of(Thresholds, value, f"{name}({each})")
        if not (0 <= made.local <= most and 0 <= made.remote <= most):
            raise EncodeError(f"an address has {most} bits", f"{name}({each})")
        said[each] = made
    if not said:
        raise EncodeError("say one of them: ipv4, ipv6", name)
    return make_do(
        name, NETLINK.XFRM, XFRM_MSG.NEWSPDINFO, PolicyDatabase(ipv4=said.get("ipv4"), ipv6=said.get("ipv6"))
    )


def _made(verb: str, message_type: int, prepare: Callable[[Any], Record], record: Record) -> Do[None]:
    return named(
        f"xfrm.{verb}",
        lambda said: make_do(f"xfrm.{verb}", NETLINK.XFRM, message_type, prepare(said)),
        record,
    )


def _neither(record: object, verb: str) -> EncodeTypeError:
    return EncodeTypeError(f"expected a State or a Policy, not {type(record).__name__}", f"xfrm.{verb}(record)")
