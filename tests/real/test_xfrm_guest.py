"""IPsec in the guest: states of all algorithms beside `ip xfrm`, packets through a tunnel of ESP, and what is told."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

import netlynx
from conftest import Ip
from netlynx import netns, route, xfrm
from netlynx.errors import AlreadyExists, NetlinkError, NotFound, NotSupported
from netlynx.xfrm import AeadAlgorithm, Algorithm, AuthAlgorithm, Limits, Policy, State
from support import PATIENCE

pytestmark = [pytest.mark.guest, pytest.mark.namespace]

NEAR, FAR = "192.0.2.1", "192.0.2.2"
KEY = bytes(range(1, 37))


@pytest.fixture(autouse=True)
def modules() -> None:
    for each in ("xfrm_user", "esp4", "esp6", "ah4", "ah6", "ipcomp", "ipcomp6", "xfrm_interface", "deflate"):
        done = subprocess.run(["modprobe", each], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no {each}: {done.stderr.strip()}")


@pytest.fixture
def nl(namespace: netns.NetworkNamespace) -> Iterator[netlynx.Connection]:
    with netlynx.connect(netns=namespace) as found:
        yield found


def state(number: int = 0, **fields: Any) -> State:
    usual: dict[str, Any] = {"source": NEAR, "destination": FAR, "spi": 0x1000 + number, "protocol": "esp"}
    return State(**{**usual, **fields})


STATES: dict[str, tuple[State, str]] = {
    "an AEAD in a tunnel, with a window of 64 and numbers of 64 bits": (
        state(
            mode="tunnel",
            reqid=7,
            flags="esn",
            window={"window": 64},
            aead=AeadAlgorithm(name="rfc4106(gcm(aes))", key=KEY[:20], length=128),
        ),
        f"src {NEAR} dst {FAR} proto esp spi 0x1000 reqid 7 mode tunnel replay-window 64 flag esn "
        f"aead rfc4106(gcm(aes)) 0x{KEY[:20].hex()} 128",
    ),
    "a cipher and a hash that is cut": (
        state(
            encryption=Algorithm(name="cbc(aes)", key=KEY[:16]),
            auth_truncated=AuthAlgorithm(name="hmac(sha256)", key=KEY[:32], length=96),
            replay_window=32,
        ),
        f"src {NEAR} dst {FAR} proto esp spi 0x1000 mode transport replay-window 32 enc cbc(aes) 0x{KEY[:16].hex()} "
        f"auth-trunc hmac(sha256) 0x{KEY[:32].hex()} 96",
    ),
    "a hash alone, of AH": (
        state(protocol="ah", auth=Algorithm(name="hmac(sha1)", key=KEY[:20])),
        f"src {NEAR} dst {FAR} proto ah spi 0x1000 mode transport auth hmac(sha1) 0x{KEY[:20].hex()}",
    ),
    "compression": (
        state(protocol="comp", mode="tunnel", compression=Algorithm(name="deflate")),
        f"src {NEAR} dst {FAR} proto comp spi 0x1000 mode tunnel comp deflate",
    ),
    "ESP of IPv6 with a selector, limits, marks and an interface's number": (
        state(
            source="2001:db8::1",
            destination="2001:db8::2",
            encryption=Algorithm(name="cipher_null"),
            auth=Algorithm(name="hmac(sha1)", key=KEY[:20]),
            selector={"source": "2001:db8:1::/48", "destination": "2001:db8:2::9", "protocol": "udp", "source_port": 5},
            limits=Limits(soft_bytes=1000, hard_bytes=2000, hard_packets=30, hard_seconds=600, soft_used_seconds=60),
            mark="0x10/0xff",
            output_mark=3,
            output_mark_mask=15,
            if_id=42,
            extra_flags=["dont_encap_dscp", "oseq_may_wrap"],
            flags=["noecn", "decap_dscp", "nopmtudisc"],
        ),
        f"src 2001:db8::1 dst 2001:db8::2 proto esp spi 0x1000 mode transport enc cipher_null '' auth hmac(sha1) "
        f"0x{KEY[:20].hex()} sel src 2001:db8:1::/48 dst 2001:db8:2::9/128 proto udp sport 5 "
        "limit byte-soft 1000 limit byte-hard 2000 limit packet-hard 30 limit time-hard 600 limit time-use-soft 60 "
        "mark 0x10 mask 0xff output-mark 3 mask 15 if_id 42 flag noecn flag decap-dscp flag nopmtudisc "
        "extra-flag dont-encap-dscp extra-flag oseq-may-wrap",
    ),
    "ESP in UDP": (
        state(
            mode="tunnel",
            aead=AeadAlgorithm(name="rfc4106(gcm(aes))", key=KEY[:36], length=96),
            encapsulation={"type": "espinudp", "source_port": 4500, "destination_port": 40000, "original": "10.0.0.9"},
        ),
        f"src {NEAR} dst {FAR} proto esp spi 0x1000 mode tunnel aead rfc4106(gcm(aes)) 0x{KEY[:36].hex()} 96 "
        "encap espinudp 4500 40000 10.0.0.9",
    ),
}


def bare(there: State) -> State:
    """A state without when it was added."""
    return there.replace(used=None)


@pytest.mark.parametrize("name", STATES)
def test_a_state_that_ip_makes_is_the_one_that_is_made_here(name: str, nl: netlynx.Connection, ip: Ip) -> None:
    made, words = STATES[name]
    ip(f"xfrm state add {words}")
    theirs, *tunnels = nl.dump(xfrm.states().where(spi=0x1000))
    told = ip("xfrm state list spi 0x1000")
    nl.do(xfrm.delete(theirs))
    assert tunnels == []
    assert ip("xfrm state list spi 0x1000") == ""
    nl.do(xfrm.add(made))
    (mine,) = nl.dump(xfrm.states().where(spi=0x1000))
    assert bare(mine) == bare(theirs)
    assert ip("xfrm state list spi 0x1000") == told
    assert nl.do(xfrm.state(made.destination or "", made.spi, made.protocol, mark=made.mark)) == mine


@pytest.mark.parametrize("name", STATES)
def test_what_was_read_makes_the_same_again(name: str, nl: netlynx.Connection, ip: Ip) -> None:
    nl.do(xfrm.add(STATES[name][0]))
    (first,) = nl.dump(xfrm.states().where(spi=0x1000))
    nl.do(xfrm.flush_states())
    nl.do(xfrm.add(first))
    (again,) = nl.dump(xfrm.states().where(spi=0x1000))
    assert bare(again) == bare(first)
    with pytest.raises(AlreadyExists):
        nl.do(xfrm.add(first))


def test_no_error_of_a_state_shows_its_key(nl: netlynx.Connection) -> None:
    wrong = state(aead=AeadAlgorithm(name="no-such-algorithm", key=KEY[:20], length=128))
    with pytest.raises(NetlinkError) as caught:
        nl.do(xfrm.add(wrong))
    said = "\n".join((str(caught.value), repr(caught.value), *getattr(caught.value, "__notes__", ())))
    assert "no-such-algorithm" in said
    for key in (KEY[:4].hex(), repr(KEY[:4])[2:-1]):
        assert key not in said.replace(" ", "")


def test_states_are_listed_by_protocol_and_addresses(nl: netlynx.Connection) -> None:
    for each in ("an AEAD in a tunnel, with a window of 64 and numbers of 64 bits", "a hash alone, of AH"):
        nl.do(xfrm.add(STATES[each][0]))
    six = STATES["ESP of IPv6 with a selector, limits, marks and an interface's number"][0]
    nl.do(xfrm.add(six))
    assert [each.protocol for each in nl.dump(xfrm.states(protocol="ah"))] == [xfrm.Protocol.AH]
    assert [each.destination for each in nl.dump(xfrm.states(destination="2001:db8::/32"))] == [six.destination]
    assert len(nl.dump(xfrm.states(source="192.0.2.0/24")).all()) == 2
    assert nl.dump(xfrm.states(source="198.51.100.0/24")).all() == []
    assert nl.do(xfrm.flush(xfrm.states(protocol="esp"))) == 2
    assert nl.do(xfrm.state_database()).states == 1


def test_what_of_a_state_changes(nl: netlynx.Connection) -> None:
    nl.do(xfrm.add(state(aead=AeadAlgorithm(name="rfc4106(gcm(aes))", key=KEY[:20], length=128), reqid=4)))
    nl.do(xfrm.change(state(source=None, limits=Limits(hard_seconds=77), if_id=6)))
    (there,) = nl.dump(xfrm.states())
    assert (there.limits, there.if_id, there.reqid) == (Limits(hard_seconds=77), 6, 4)
    with pytest.raises(NotSupported, match=r"State\.reqid"):
        nl.do(xfrm.change(there.replace(reqid=5)))
    with pytest.raises(NotFound, match="reqid"):
        nl.do(xfrm.delete(state(reqid=5)))
    nl.do(xfrm.delete(state(reqid=4)))
    with pytest.raises(NotFound):
        nl.do(xfrm.change(there))


def test_an_allocated_state_gets_its_keys(nl: netlynx.Connection, ip: Ip) -> None:
    kept = nl.do(
        xfrm.allocate(State(source=NEAR, destination=FAR, protocol="esp", mode="tunnel"), first=0x900, last=0x900)
    )
    assert kept.spi == 0x900
    with pytest.raises(NotFound):
        nl.do(xfrm.allocate(State(source=NEAR, destination=FAR, protocol="esp"), first=0x900, last=0x900))
    aead = AeadAlgorithm(name="rfc4106(gcm(aes))", key=KEY[:20], length=128)
    nl.do(xfrm.change(State(source=NEAR, destination=FAR, protocol="esp", mode="tunnel", spi=kept.spi, aead=aead)))
    there = nl.do(xfrm.state(FAR, 0x900))
    assert there.aead == aead
    assert f"0x{KEY[:20].hex()}" in ip("xfrm state list")


# -- packets -------------------------------------------------------------------------------------------------------


class Ends:
    """Two namespaces with a link between them, and what each has of a tunnel."""

    def __init__(self, stack: ExitStack) -> None:
        self.near, self.far = (stack.enter_context(netns.anonymous()) for _ in range(2))
        self.nl = stack.enter_context(netlynx.connect(netns=self.near))
        self.other = stack.enter_context(netlynx.connect(netns=self.far))
        peer = route.Link(name="v1", netns_fd=self.far)
        self.nl.do(route.add(route.Link(name="v0", kind="veth", data=route.Veth(peer=peer))))
        for nl, name, address, inner in ((self.nl, "v0", NEAR, "10.0.0.1"), (self.other, "v1", FAR, "10.0.1.1")):
            nl.do(route.change(route.Link(name="lo", flags=["up"], change=["up"])))
            nl.do(route.change(route.Link(name=name, flags=["up"], change=["up"])))
            nl.do(route.add(route.Address(index=name, local=address, prefixlen=24)))
            nl.do(route.add(route.Address(index="lo", local=inner, prefixlen=32)))
        self.nl.do(route.add(route.Route(destination="10.0.1.0/24", gateway=FAR)))
        self.other.do(route.add(route.Route(destination="10.0.0.0/24", gateway=NEAR)))

    def policies(self) -> None:
        for nl, here, there, mine, theirs in (
            (self.nl, NEAR, FAR, "10.0.0.0/24", "10.0.1.0/24"),
            (self.other, FAR, NEAR, "10.0.1.0/24", "10.0.0.0/24"),
        ):
            out = {"source": here, "destination": there, "protocol": "esp", "mode": "tunnel", "reqid": 1}
            into = {**out, "source": there, "destination": here}
            nl.do(xfrm.add(Policy(direction="out", selector={"source": mine, "destination": theirs}, templates=[out])))
            nl.do(xfrm.add(Policy(direction="in", selector={"source": theirs, "destination": mine}, templates=[into])))

    def states(self, **fields: Any) -> None:
        aead = AeadAlgorithm(name="rfc4106(gcm(aes))", key=KEY[:20], length=128)
        for source, destination, spi in ((NEAR, FAR, 0x100), (FAR, NEAR, 0x200)):
            made = State(
                source=source,
                destination=destination,
                spi=spi,
                protocol="esp",
                mode="tunnel",
                reqid=1,
                aead=aead,
                **fields,
            )
            for nl in (self.nl, self.other):
                nl.do(xfrm.add(made))

    def sockets(self) -> tuple[socket.socket, socket.socket]:
        """One that sends from the near end, and one that receives at the far one."""
        sender, receiver = (
            netns.run_in(each, socket.socket, socket.AF_INET, socket.SOCK_DGRAM) for each in (self.near, self.far)
        )
        sender.bind(("10.0.0.1", 0))
        receiver.bind(("10.0.1.1", 7))
        return sender, receiver

    def talk(self, packets: int = 1, patience: float = PATIENCE) -> list[bytes]:
        """What the far end received of packets from the near one."""
        sender, receiver = self.sockets()
        with sender, receiver:
            receiver.settimeout(patience)
            for number in range(packets):
                sender.sendto(b"%d" % number, ("10.0.1.1", 7))
            return [receiver.recv(100) for _ in range(packets)]

    def send_in_vain(self) -> None:
        """A packet that waits for a state, or has none."""
        sender, receiver = self.sockets()
        with sender, receiver, suppress(OSError):
            sender.setblocking(False)
            sender.sendto(b"", ("10.0.1.1", 7))


@pytest.fixture
def ends() -> Iterator[Ends]:
    with ExitStack() as stack:
        yield Ends(stack)


def test_packets_go_through_a_tunnel_and_are_counted(ends: Ends) -> None:
    ends.policies()
    ends.states(window={"window": 128}, flags="esn")
    assert ends.talk(40) == [b"%d" % number for number in range(40)]
    sent = ends.nl.do(xfrm.state(FAR, 0x100))
    came = ends.other.do(xfrm.state(FAR, 0x100))
    assert sent.used is not None
    assert came.used is not None
    assert sent.used.packets == came.used.packets == 40
    assert came.used.used > 0
    assert sent.window is not None
    assert came.window is not None
    assert sent.window.sent == came.window.received == 40
    assert came.window.seen == frozenset(range(1, 41))
    assert came.integrity_errors == came.replay_errors == 0
    told = ends.other.do(xfrm.replay(FAR, 0x100, flags=["rthr", "ethr"]))
    assert told.window == came.window
    assert told.used is not None
    assert told.used.packets == 40


def test_packets_that_come_twice_are_counted(ends: Ends) -> None:
    ends.policies()
    ends.states(replay_window=32)
    ends.talk(5)
    there = ends.other.do(xfrm.state(FAR, 0x100))
    assert there.replay is not None
    assert there.replay.seen == frozenset(range(1, 6))
    ends.nl.do(xfrm.set_replay(xfrm.ReplayEvent(destination=FAR, spi=0x100, protocol="esp", replay={"sent": 2})))
    with pytest.raises(TimeoutError):
        ends.talk(patience=0.5)
    assert ends.other.do(xfrm.state(FAR, 0x100)).replay_errors == 1


def test_a_state_is_wanted_and_expires(ends: Ends) -> None:
    ends.policies()
    with ends.nl.subscribe(xfrm.ACQUIRES, xfrm.EXPIRIES) as told:
        ends.send_in_vain()
        event = told.get(PATIENCE)
        assert event.kind == "acquire"
        acquire = event.record
        assert (acquire.source, acquire.destination, acquire.protocol) == (NEAR, FAR, xfrm.Protocol.ESP)
        assert acquire.selector is not None
        assert acquire.selector.destination == "10.0.1.1"
        assert [each.reqid for each in acquire.templates] == [1]
        ends.nl.do(xfrm.flush_states())
        ends.states(limits=Limits(soft_packets=2, hard_packets=4))
        ends.talk(4)
        ends.send_in_vain()
        expiries = [event.record for event in (told.get(PATIENCE), told.get(PATIENCE)) if event.kind == "expire"]
        assert [(each.spi, each.hard) for each in expiries] == [(0x100, False), (0x100, True)]
    with pytest.raises(NotFound):
        ends.nl.do(xfrm.state(FAR, 0x100))


def test_a_tunnel_moves(ends: Ends) -> None:
    ends.policies()
    ends.states()
    selector = {"source": "10.0.0.0/24", "destination": "10.0.1.0/24"}
    move = xfrm.Move(
        old_source=NEAR,
        old_destination=FAR,
        new_source="192.0.2.11",
        new_destination=FAR,
        protocol="esp",
        mode="tunnel",
        reqid=1,
    )
    with ends.nl.subscribe(xfrm.MIGRATIONS) as told:
        ends.nl.do(xfrm.migrate(xfrm.Migration(direction="out", selector=selector, moves=[move])))
        event = told.get(PATIENCE)
    assert event.record.moves == (move,)
    assert ends.nl.do(xfrm.state(FAR, 0x100)).source == "192.0.2.11"
    found = ends.nl.do(xfrm.policy("out", selector))
    assert [each.source for each in found.templates] == ["192.0.2.11"]
