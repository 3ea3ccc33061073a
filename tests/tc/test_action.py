"""Actions: what is sent for them, what is refused, and how their options stand for them."""

from __future__ import annotations

import pytest

from netlynx import tc
from netlynx.errors import EncodeError, EncodeTypeError
from netlynx.schema import Record, attr, takes
from netlynx.tc.action import ACTIONS_OF_A_FILTER
from netlynx.tc.actions import ACTION_OPTIONS, KeyGeneve, KeyOptions
from netlynx.tc.actions.tunnel_key import KeyOptionsAttributes
from netlynx.tc.control import Control
from tc.agreeing import agrees
from tc.both_ways import captured, table

CONTROLS = {"continue": -1, "pass": 0, "drop": 2, "goto chain 5": 0x20000005, "jump 2": 0x10000002, "trap": 8, "99": 99}


class Holder(Record):
    actions: takes.Natural[tuple[tc.Action, ...]] = attr(1, ACTIONS_OF_A_FILTER)


def test_what_becomes_of_a_packet_is_said_in_words() -> None:
    for text, number in CONTROLS.items():
        assert Control.of(text) == number
        assert Control(number).label == text
    assert Control.of("ok") == Control.of("PASS")
    for text in ("", "go", "goto 5", "goto chain", "jump", "jump chain 2", "goto chain 268435456", "drop it"):
        with pytest.raises(EncodeError):
            Control.of(text)


def test_the_options_of_an_action_stand_for_it() -> None:
    made = Holder(actions=[tc.Mirred(redirect=3), tc.Action(data=tc.Gact(control="drop"), cookie=b"x")])
    assert made.actions == (
        tc.Action(kind="mirred", data=tc.Mirred(redirect=3)),
        tc.Action(kind="gact", data=tc.Gact(control="drop"), cookie=b"x"),
    )
    assert Holder(actions=[{"kind": "gact", "data": {"control": "drop"}}]).actions[0].data == tc.Gact(control="drop")
    back = Holder.from_bytes(made.to_bytes()).actions
    assert [str(each.data.control) for each in back] == ["stolen", "drop"]
    with pytest.raises(EncodeTypeError):
        Holder(actions=[tc.Qdisc(kind="pfifo")]).to_bytes()


def test_one_index_is_enough() -> None:
    assert tc.Action(data=tc.Gact(control="drop"), index=5) == tc.Action(data=tc.Gact(control="drop", index=5))
    with pytest.raises(EncodeError, match="index"):
        tc.Action(data=tc.Gact(control="drop", index=4), index=5)


REFUSED = {
    "kind": tc.Action(),
    "data": tc.Action(kind="gact"),
    "data.control": tc.Action(data=tc.Gact()),
    "data.redirect": tc.Action(data=tc.Mirred()),
    "data.mirror": tc.Action(data=tc.Mirred(redirect=3, mirror=4)),
    "in_hardware": tc.Action(data=tc.Gact(control="drop"), in_hardware=1),
    "cookie": tc.Action(data=tc.Gact(control="drop"), cookie=bytes(17)),
}


def test_what_says_too_little_or_too_much_is_refused_by_the_fields_name() -> None:
    for path, record in REFUSED.items():
        with pytest.raises(EncodeError) as caught:
            tc.add(record)
        assert caught.value.path.endswith(path), (path, caught.value)
    for verb in (tc.change, tc.link):
        with pytest.raises(EncodeError):
            verb(tc.Action(data=tc.Gact(control="drop")))
    for lacking in (tc.Action(kind="gact"), tc.Action(index=5)):
        with pytest.raises(EncodeError):
            tc.delete(lacking)
    with pytest.raises(EncodeError, match="gact"):
        tc.actions(kind="gakt")
    with pytest.raises(EncodeError, match=r"tc.actions\(since\)"):
        tc.actions(since="1h")
    for index in (0, -1, True, 1 << 32, "5"):
        with pytest.raises(EncodeError):
            tc.action("gact", index)  # type: ignore[arg-type]


def test_a_note_in_the_log_is_sent_as_long_as_it_is() -> None:
    """tc sends 32 bytes, of which those behind the text are whatever stands there in its memory."""
    made = tc.add(tc.Action(data=tc.Simple(text="foo", index=4)))
    assert made.payload.hex() == (
        "00000000" + "38000180" + "34000180" + "0b000100" + "73696d706c650000" + "24000280"
        "18000200" + "0400000000000000030000000000000000000000" + "08000300" + "666f6f00"
    )  # fmt: skip


WRONG = {
    "text": [tc.Simple()],
    "mark": [tc.Skbedit()],
    "mask": [tc.Skbedit(priority="1:", mask=1)],
    "queue_mapping_max": [tc.Skbedit(queue_mapping_max=3), tc.Skbedit(queue_mapping=4, queue_mapping_max=3)],
    "packet_type": [tc.Skbedit(packet_type=4)],
    "action": [tc.Vlan(), tc.Mpls(), tc.TunnelKey(), tc.Vlan(action=9), tc.Mpls(action=9)],
    "id": [tc.Vlan(action="push"), tc.Vlan(action="pop", id=5), tc.Vlan(action="push", id=4096)],
    "source": [tc.Vlan(action="push_eth", destination="02:00:00:00:00:01"), tc.TunnelKey(action="set")],
    "protocol": [
        tc.Vlan(action="push", id=5, protocol=0x800),
        tc.Mpls(action="pop"),
        tc.Mpls(action="push", label=20, protocol="ip"),
        tc.Mpls(action="dec_ttl", protocol="ip"),
    ],
    "label": [tc.Mpls(action="push"), tc.Mpls(action="push", label=1 << 20), tc.Mpls(action="push", label=3)],
    "traffic_class": [tc.Mpls(action="modify", traffic_class=8)],
    "ttl": [tc.Mpls(action="modify", ttl=0), tc.Mpls(action="pop", protocol="ip", ttl=3)],
    "old": [tc.Nat(), tc.Nat(old="2001:db8::/64", new="192.0.2.1")],
    "new": [tc.Nat(old="192.0.2.1")],
    "update": [tc.Csum()],
    "dscp_mask": [tc.Ctinfo(), tc.Ctinfo(dscp_mask=0xF0)],
    "dscp_state": [tc.Ctinfo(dscp_mask=0xFC, dscp_state=4), tc.Ctinfo(cpmark_mask=1, dscp_state=4)],
    "every": [tc.Sample(group=5), tc.Sample(every=0, group=5)],
    "group": [tc.Sample(every=5)],
    "destination": [
        tc.Skbmod(),
        tc.Skbmod(swap=True, destination="02:00:00:00:00:01"),
        tc.TunnelKey(action="set", source="192.0.2.1"),
        tc.TunnelKey(action="set", source="192.0.2.1", destination="2001:db8::1"),
        tc.Ife(direction="decode", destination="02:00:00:00:00:01"),
    ],
    "swap": [tc.Skbmod(swap=True, ecn=True)],
    "direction": [tc.Ife()],
    "allow": [tc.Ife(direction="encode", allow="mark", mark=5)],
    "fd": [tc.BpfAction(), tc.BpfAction(fd=987654)],
    "name": [tc.BpfAction(name="p")],
    "instructions": [tc.BpfAction(fd=0, instructions=[(6, 0, 0, 0)]), tc.BpfAction(instructions=[])],
    "force": [tc.Ct(force=True)],
    "helper": [tc.Ct(helper="ftp")],
    "zone": [tc.Ct(clear=True, zone=5)],
    "nat": [tc.Ct(nat="src", nat_address="192.0.2.1")],
    "nat_address": [tc.Ct(commit=True, nat_address="192.0.2.1"), tc.Ct(nat="restore", nat_address="192.0.2.1")],
    "nat_port_last": [tc.Ct(commit=True, nat="src", nat_port_last=5)],
    "mark_mask": [tc.Ct(commit=True, mark_mask=5)],
    "labels": [tc.Ct(commit=True, labels=b"short")],
    "entries": [tc.Gate()],
    "entries[0].interval": [tc.Gate(entries=[{"open": True}])],
    "options.vxlan": [
        tc.TunnelKey(
            action="set",
            source="192.0.2.1",
            destination="192.0.2.2",
            options={"vxlan": {"gbp": 5}, "geneve": [{"class_": 1, "type": 2, "data": bytes(4)}]},
        )
    ],
    "options.geneve[0].data": [
        tc.TunnelKey(
            action="set",
            source="192.0.2.1",
            destination="192.0.2.2",
            options={"geneve": [{"class_": 1, "type": 2, "data": bytes(5)}]},
        )
    ],
    "keys": [tc.Pedit(), tc.Pedit(keys=["ip ttl set 1"] * 129)],
    "rate": [tc.Police(), tc.Police(exceed="drop")],
    "burst": [tc.Police(rate="1mbit"), tc.Police(packet_rate=5, packet_burst=5, burst="1kb")],
    "mtu": [tc.Police(rate="1mbit", burst="1kb", peakrate="2mbit")],
    "packet_rate": [
        tc.Police(rate="1mbit", burst="1kb", packet_rate=5, packet_burst=5),
        tc.Police(packet_rate=0, packet_burst=5),
    ],
    "packet_burst": [tc.Police(packet_rate=5)],
    "conform": [tc.Police(rate="1mbit", burst="1kb", conform="goto chain 5")],
    "random.type": [tc.Gact(control="pass", random={"control": "drop", "every": 5})],
}


def test_options_that_a_kernel_would_refuse_or_ignore_are_refused_by_the_fields_name() -> None:
    wrong = {}
    for path, refused in WRONG.items():
        for options in refused:
            try:
                tc.add(tc.Action(data=options))
            except EncodeError as error:
                if error.path.removeprefix("ActionList.actions[0].data.") != path:
                    wrong[str(options)] = error.path
            else:
                wrong[str(options)] = "taken"
    assert not wrong, wrong


def test_one_that_is_there_is_referred_to_by_its_index_alone() -> None:
    for kind, made in ACTION_OPTIONS.items():
        shown = made.shown
        assert shown is not None
        by_options = Holder(actions=[tc.Action(data=shown.held(index=7))]).to_bytes()
        assert Holder.from_bytes(by_options).actions[0].data.index == 7
        sent = tc.add(tc.Action(kind=kind, index=7)).payload
        assert sent == tc.add(tc.Action(data=shown.held(index=7))).payload, kind


def test_a_filter_has_its_police_or_actions() -> None:
    made = tc.Filter(
        index=3, parent="ffff:", handle=5, data=tc.Fw(police={"mtu": 100}, actions=[tc.Gact(control="drop")])
    )
    with pytest.raises(EncodeError, match="leave the actions out") as caught:
        tc.add(made)
    assert caught.value.path == "Filter.data.police"


def test_options_of_geneve_are_read_as_they_are_set_and_as_the_kernel_tells_them() -> None:
    one, other = (
        {"class_": 0x102, "type": 0x80, "data": bytes(4)},
        {"class_": 0x103, "type": 0x81, "data": bytes(range(8))},
    )
    payloads = [KeyGeneve(**each).to_bytes() for each in (one, other)]  # type: ignore[arg-type]
    wanted = KeyOptions(geneve=[one, other])
    for nests in (payloads, [b"".join(payloads)]):
        wire = KeyOptionsAttributes(geneve=nests)
        assert KeyOptions.__read__(wire) == wanted
    assert wanted.__write__().geneve == tuple(payloads)


def test_what_tc_sends_is_read_as_what_its_words_say() -> None:
    wrong = {}
    for name in ("actions", "police"):
        sent = captured(name)
        for case in table(name).cases:
            (read,) = tc.ActionList.from_bytes(sent[case.words].payload).actions
            if not case.apart and not agrees(case.record, read):
                wrong[case.words] = read
    assert not wrong, wrong
