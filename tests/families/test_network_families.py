"""Families of networks of their own kinds: all that each can be asked and tells, on a virtual kernel."""

from __future__ import annotations

import importlib
from typing import Any

import msgspec
import pytest

import netlynx
from netlynx.engine.exchange import DoExchange
from netlynx.errors import EncodeError
from netlynx.families import batadv, hsr, mac802154, netlabel, tipc, wifi_hwsim
from netlynx.generic import Family
from netlynx.generic.declaration import Command, DumpCommand
from netlynx.generic.message import packed
from netlynx.kernel import VirtualKernel
from netlynx.schema.kinds import Code, Kind, Option
from netlynx.wire.message import Message
from support import PATIENCE

ROOMS = ("batadv", "hsr", "mac802154", "netlabel", "nl802154", "smc", "tipc", "wifi_hwsim", "wpan_hwsim")
FAMILIES: list[Any] = [
    each
    for name in ROOMS
    for each in vars(importlib.import_module(f"netlynx.families.{name}")).values()
    if isinstance(each, type) and issubclass(each, Family) and each is not Family
]
_PLAIN = {
    Code.FLAG: True,
    Code.STRING: "a",
    Code.IP: "192.0.2.1",
    Code.MAC: "02:00:00:00:00:01",
    Code.HOOK: "192.0.2.1:6118",
}


def value(kind: Kind) -> Any:
    """Something of a kind, as it is read."""
    if kind.options & Option.KEYED:
        assert kind.item is not None
        return {1: value(kind.item)}
    if kind.options & Option.MULTI or kind.code in (Code.ARRAY, Code.INDEXED):
        return (one(kind.item or kind),)
    return one(kind)


def one(kind: Kind) -> Any:
    if kind.values is bool:
        return True
    if kind.values is not None:
        return next(iter(kind.values))
    if kind.code in (Code.NEST, Code.STRUCT):
        assert kind.target is not None
        return sample(kind.target())
    if kind.code is Code.BINARY:
        return b"\1" * (kind.width or 2)
    return _PLAIN[kind.code] if kind.code in _PLAIN else max(1, kind.low or 0)


def sample(cls: Any) -> Any:
    """A record with something in each of its fields."""
    fields = {name: each for name, each in cls.__declarations__.items() if each.kind is not None}
    fields = {name: each for name, each in fields.items() if each.kind.names != "namespace"}  # it would be opened
    return cls(**{**{name: value(each.kind) for name, each in fields.items()}, **TOGETHER.get(cls, {})})


# What of a record cannot go together with what else is in it.
TOGETHER: dict[Any, dict[str, Any]] = {
    netlabel.DomainRequest: {"protocol": "cipsov4", "calipso": None, "family": 2},
}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.__name__)
def test_each_is_asked_all_that_there_is(family: Any) -> None:
    """What is asked arrives whole, and so does what is answered."""
    kernel = VirtualKernel()
    served = kernel.family(family)
    asked: dict[str, Any] = {}

    def serve(command: Command) -> None:
        @served.handles(command)
        def answer(request: Any) -> Any:
            asked[command.name] = request.record
            told = None if command.reply is None else sample(command.reply)
            return iter([told, told]) if isinstance(command, DumpCommand) else told

    for command in family.__family__.commands.values():
        serve(command)
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        for name, command in family.__family__.commands.items():
            wanted = None if command.request is None else sample(command.request)
            made = getattr(family, name)() if wanted is None else getattr(family, name)(wanted)
            told = None if command.reply is None else sample(command.reply)
            if isinstance(command, DumpCommand):
                assert nl.dump(made).all() == [told, told], name
            else:
                assert nl.do(made) == told, name
            assert wanted is None or asked[name] == wanted, name


@pytest.mark.parametrize(
    "family", [each for each in FAMILIES if each.__family__.events], ids=lambda each: each.__name__
)
def test_each_tells_what_it_tells(family: Any) -> None:
    kernel = VirtualKernel()
    served = kernel.family(family)
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl, nl.subscribe(family.notifications()) as events:
        for name, event in family.__family__.events.items():
            ((_, record),) = event.commands.values()
            getattr(served, name)(sample(record))
            heard = events.get(timeout=PATIENCE)
            assert (heard.kind, heard.record) == (name, sample(record))


def test_nodes_of_a_ring_come_in_several_messages() -> None:
    assert str(hsr.nodes("hsr0")) == "hsr.nodes(index=hsr0)"
    kernel = VirtualKernel()
    served = kernel.family(hsr.Hsr)

    @served.handles(hsr.Hsr.node_list)
    def answer(request: Any) -> hsr.NodeList:
        return hsr.NodeList(index=request.record.index, addresses=("02:00:00:00:00:01", "02:00:00:00:00:02"))

    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl:
        (part,) = nl.dump(hsr.nodes(7))
    assert (part.index, len(part.addresses)) == (7, 2)


def test_what_a_mesh_tells_is_not_sent() -> None:
    mesh = batadv.Mesh(index=3, hop_penalty=7)
    assert batadv.set_mesh(mesh).request == mesh
    with pytest.raises(netlynx.EncodeError, match=r"Mesh.address: the kernel tells this and takes no other"):
        batadv.set_mesh(batadv.Mesh(index=3, address="02:00:00:00:00:01"))
    with pytest.raises(netlynx.EncodeError, match=r"Interface.active: the kernel tells this"):
        batadv.set_interface(batadv.Interface(index=3, interface=4, active=True))


def test_keys_of_a_cluster_are_in_no_text() -> None:
    record = tipc.Key(secret=tipc.Secret(algorithm="gcm(aes)", length=20, key=b"\x5a" * 20))
    for text in (str(record), repr(record), repr(record.secret), str(tipc.set_key(record))):
        assert "ZZZZ" not in text
        assert "5a5a" not in text


def test_a_medium_hears_frames_and_forwards_them() -> None:
    kernel = VirtualKernel()
    served = kernel.family(wifi_hwsim.WifiHwsim)
    done: list[Any] = []
    served.handles(wifi_hwsim.WifiHwsim.register)(lambda request: done.append("registered"))
    served.handles(wifi_hwsim.WifiHwsim.receive)(lambda request: done.append(request.record))
    heard = wifi_hwsim.Reception(receiver="42:00:00:00:01:00", frame=b"\x80" * 24, rate=0, signal=-40)
    with netlynx.connect(kernel=kernel, timeout=PATIENCE) as nl, nl.subscribe(wifi_hwsim.MEDIUM) as medium:
        medium.do(wifi_hwsim.receive(heard))
        with pytest.raises(TypeError, match="only what is acknowledged and no more goes with a subscription"):
            medium.do(wifi_hwsim.radio(radio=1))
    assert done == ["registered", heard]


def test_an_answer_of_the_older_family_to_no_port_is_one_by_its_number() -> None:
    asked = msgspec.structs.replace(mac802154.phy(name="phy0"), message_type=30, reply_type=30, family="")
    told = mac802154.Phy(name="phy0", page=0, channel=13)
    exchange = DoExchange(asked, 7, 4242)
    for sequence, done in ((6, False), (7, True)):
        data = Message(30, sequence=sequence, payload=packed(told, 32, 1)).pack()
        assert exchange.feed(bytearray(data), len(data)) is done
    assert exchange.result() == told


@pytest.mark.parametrize(
    ("given", "path", "said"),
    [
        ({"protocol": "unlabeled", "cipso": 5}, "cipso", "of the protocol cipsov4 alone"),
        ({"protocol": "calipso", "calipso": 5, "cipso": 5}, "cipso", "of the protocol cipsov4 alone"),
        ({"protocol": "cipsov4", "cipso": 5, "calipso": 5}, "calipso", "of the protocol calipso alone"),
        ({"protocol": "cipsov4", "cipso": 5, "family": 10}, "family", "it is 2, whatever is said"),
        ({"protocol": "calipso", "calipso": 5, "family": 2}, "family", "it is 10, whatever is said"),
    ],
)
def test_what_netlabel_would_leave_out_without_a_word_is_refused(given: dict[str, Any], path: str, said: str) -> None:
    record = netlabel.DomainRequest(domain="secret_t", **given)
    for command in (netlabel.add_domain, netlabel.set_default):
        with pytest.raises(EncodeError, match=said) as caught:
            command(record)
        assert caught.value.path == f"{command.title}.{path}"
        with pytest.raises(EncodeError, match=said):
            command(domain="secret_t", **given)
        assert command(record.replace(**{path: None})).request is not None
