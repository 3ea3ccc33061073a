"""Words and records say the same: each record of the package can be said in words, and words are refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netlynx import ethtool, ipset, nftables, route, tc
from netlynx.cli.operations import KINDS, declared
from netlynx.errors import EncodeError
from netlynx.ethtool.bitset import Bits
from netlynx.schema import Record, attr, keyed, nest, s32, string, u8
from netlynx.schema.from_json import from_json
from netlynx.schema.from_words import from_words
from netlynx.schema.record import beside
from netlynx.schema.settle import kind_of
from netlynx.schema.to_words import HIDDEN, to_words
from netlynx.wireguard import Device, Peer
from strategies import records

# What a plain word cannot say, and JSON behind `:=` does: one text of a list with commas in it, an attribute that
# nobody declared, a text where a number may stand too.
_LISTS = {"devices", "device_prefixes", "alternative_names", "supports"}
AS_JSON = _LISTS | {"unknown", "key_type", "data_type", "tail", "name"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_said_in_words(kind: str) -> None:
    """Members that are padding are in no JSON, and in no words either."""
    _, cls = declared(kind)

    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(records(cls))
    def check(record: Any) -> None:
        words = to_words(record)
        assert from_words(cls, words) == from_json(cls, record.to_dict()), words
        odd = [word.partition(":=")[0].split(".") for word in words if ":" in word.partition("=")[0]]
        assert [path for path in odd if not set(path) & AS_JSON] == []

    check()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(), max_size=3))
def test_any_texts_are_a_list(texts: list[str]) -> None:
    record = route.Link(alternative_names=[text.replace("\0", "") for text in texts])
    assert from_words(route.Link, to_words(record)) == record


class Keyed(Record):
    """Attributes whose types are keys."""

    by_number: dict[int, Any] = attr(1, keyed(nest(lambda: Keyed)))
    level: int | None = attr(2, s32)
    name: str | None = attr(3, string)
    small: int | None = attr(4, u8)


@pytest.mark.parametrize(
    ("words", "record"),
    [
        (["name=v0", "kind=vlan", "data.id=0x10"], route.Link(name="v0", kind="vlan", data=route.Vlan(id=16))),
        (["data.id=5", "kind=vlan"], route.Link(kind="vlan", data=route.Vlan(id=5))),
        (["flags=up,multicast", "change=0x1"], route.Link(flags=["up", "multicast"], change=1)),
        (["flags=-up"], route.Link(flags=[], change="up")),
        (["flags=multicast,-up,-promisc"], route.Link(flags="multicast", change=["multicast", "up", "promisc"])),
        (["flags=", "mtu=0"], route.Link(flags=0, mtu=0)),
        (["alternative-names=a,b"], route.Link(alternative_names=("a", "b"))),
        (["alternative_names.0=a,b"], route.Link(alternative_names=("a,b",))),
        (["alternative_names[1]=b", "alternative_names[0]=a"], route.Link(alternative_names=("a", "b"))),
        (["alternative_names=", "alias="], route.Link(alternative_names=(), alias="")),
        (["carrier=off", "proto_down=Yes"], route.Link(carrier=False, proto_down=True)),
        (['name:="5"', "mtu:=5"], route.Link(name="5", mtu=5)),
        (["name=a=b"], route.Link(name="a=b")),
        (["master=br0", "parent=3"], route.Link(master="br0", parent=3)),
        (['master:="3"'], route.Link(master="3")),
    ],
)
def test_words_of_a_link(words: list[str], record: route.Link) -> None:
    assert from_words(route.Link, words) == record


@pytest.mark.parametrize(
    ("words", "record"),
    [
        (
            ["multipath.0.gateway=192.0.2.1", "multipath.1.oif=v1", "multipath.1.weight=3"],
            route.Route(multipath=({"gateway": "192.0.2.1"}, {"oif": "v1", "weight": 3})),
        ),
        (["metrics=", "type=blackhole"], route.Route(metrics={}, type="blackhole")),
        (["table=main", "protocol=200"], route.Route(table="main", protocol=200)),
        (["destination_ports=53-54", "action=BLACKHOLE"], route.Rule(destination_ports="53-54", action="blackhole")),
        (["modes=magic,-phy"], ethtool.WakeOnLan(modes=Bits(on=("magic",), off=("phy",)))),
        (["modes=magic"], ethtool.WakeOnLan(modes=Bits(on=("magic",)))),
        (["skbmark=0x10/0xff", "set=s"], ipset.Entry(set="s", skbmark="0x10/0xff")),
        (
            ["expressions.0=counter", "expressions.1.name=immediate", "expressions.1.data.data=drop"],
            nftables.Rule(expressions=(nftables.Counter(), nftables.Immediate(data="drop"))),
        ),
        (["type=inet_service", "key=80"], nftables.Element(type="inet_service", key=80)),
        (["by_number.5.level=-1", "by_number.7="], Keyed(by_number={5: Keyed(level=-1), 7: Keyed()})),
    ],
)
def test_words_of_others(words: list[str], record: Any) -> None:
    assert from_words(type(record).__narrow__, words) == record


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nmae=v0"], "Link: Link has no field 'nmae'; did you mean name?"),
        (["data.idd=5", "kind=vlan"], "Link.data: Vlan has no field 'idd'; did you mean id?"),
        (["mtu=many"], "Link.mtu: 'many' is no number"),
        (["mtu=010"], "Link.mtu: '010' is no number"),
        (["mtu="], "Link.mtu: '' is no number"),
        (["mtu.0=5"], "Link.mtu: it has no parts, and so no 0"),
        (["carrier=perhaps"], "Link.carrier: 'perhaps' is neither true nor false"),
        (["flags=up,donw"], "Link.flags: unknown name 'donw'; known: allmulti, automedia"),
        (["flags=multicast,-upp"], "Link.flags: unknown name 'upp'; known: allmulti, automedia"),
        (["operstate=upp"], "Link.operstate: unknown name 'upp'; known: "),
        (["name=a", "name=b"], "Link.name: it is given twice"),
        (["data.id=5", "data=5"], "Link.data: it is given as a whole, and in parts"),
        (["data=5", "data.id=5"], "Link.data.id: it is given as a whole, and in parts"),
        (["data.id=5"], "Link.data: set kind too: it says what this is"),
        (["stats=5"], "Link.stats: say it part by part, as rx_packets=…"),
        (["alternative_names.1=a"], "Link.alternative_names: there is one with the number 1, and none with 0"),
        (["alternative_names.x=a"], "Link.alternative_names: say of which one, from 0 on: 0.x"),
        (["name"], "Link: 'name' is no field with its value, as in name=v0"),
        (["=5"], "Link: '=5' is no field with its value"),
        (["name:=v0"], "Link.name: 'v0' is no JSON: Expecting value; plain values stand behind = alone"),
    ],
)
def test_words_are_refused_with_the_field(words: list[str], said: str) -> None:
    with pytest.raises(EncodeError) as refused:
        from_words(route.Link, words)
    assert str(refused.value).startswith(said), refused.value


def classes_within(cls: Any) -> set[Any]:
    """A class, and those of what is in it."""
    found: set[Any] = set()
    waiting = [cls]
    while waiting:
        if (one := waiting.pop()) in found:
            continue
        found.add(one)
        for name in one.__declarations__:
            kind = kind_of(one, name)
            held = [kind, *(kind.choices or {}).values()]
            waiting += [
                each.held for each in held if isinstance(each.held, type) and hasattr(each.held, "__declarations__")
            ]
    return found


BESIDES = {  # what stands for fields: as Python has it, and as a word says it
    "block": ({"block": 7}, ["block=7"]),
    "matches": ({"matches": ["ip dport 80 0xffff"], "classid": "1:10"}, ["matches=ip dport 80 0xffff", "classid=1:10"]),
    "pattern": ({"pattern": "GET"}, ["pattern=GET"]),
    "match": ({"match": "in_port(1),eth(),eth_type(0x0806)"}, ["match=in_port(1),eth(),eth_type(0x0806)"]),
}


def test_what_stands_for_fields_is_said_in_words_and_json_too() -> None:
    """A filter that was said by the fields themselves lacks what goes with them in Python: it would take no packet."""
    classes = set().union(*(classes_within(declared(kind)[1]) for kind in KINDS))
    tried = set()
    for cls in sorted(classes, key=lambda cls: cls.__qualname__):
        for name in sorted(beside(cls)):
            values, words = BESIDES[name]
            made = cls(**values)
            assert from_words(cls, words) == made, (cls, name)
            assert from_json(cls, values) == made, (cls, name)
            tried.add(name)
    assert tried >= {"block", "matches"}
    several = ["matches.0=ip dport 80 0xffff", "matches.1=ip src 192.0.2.0/24"]
    assert len(from_words(tc.U32, several).matches) == 2


def test_what_is_secret_can_be_left_out() -> None:
    key = "A" * 43 + "="
    device = Device(name="wg0", private_key=key, peers=[Peer(public_key=key, preshared_key=key)])
    assert to_words(device, hide=True) == [
        "name=wg0",
        f"private_key={HIDDEN}",
        f"peers.0.public_key={key}",
        f"peers.0.preshared_key={HIDDEN}",
        "peers.0.allowed_ips=",
    ]
    assert from_words(Device, to_words(device)) == device
