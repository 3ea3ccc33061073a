"""Qdiscs with classes, and classes: what is filled in, what is refused by the field's name, what is told otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx import tc
from netlynx.engine.operation import Guarded
from netlynx.errors import EncodeError
from netlynx.tc.clock import timer_frequency
from netlynx.tc.qdiscs import CLASS_OPTIONS, NEEDED, QDISC_OPTIONS
from netlynx.tc.qdiscs.htb import HtbClassAttributes, HtbParameters, sent_in, time_of
from netlynx.tc.rates import RateSpec
from netlynx.tc.saving import Setup, remade

RATE = tc.HtbClass(rate="1mbit")
STEP = {"gates": 1, "interval": "1ms"}


def qdisc(**values: Any) -> tc.Qdisc:
    return tc.Qdisc(**{"index": 2, **values})


def made(**values: Any) -> tc.Class:
    return tc.Class(**{"index": 2, "handle": "1:10", "parent": "1:", **values})


REFUSED: list[tuple[str, Any, str, str]] = [
    ("add", tc.Qdisc(kind="htb"), "Qdisc.index", "which device"),
    ("add", qdisc(), "Qdisc.kind", "which kind"),
    ("add", qdisc(kind="htb", parent="none", handle="1:"), "Qdisc.parent", "where it stands"),
    ("change", qdisc(kind="htb", parent="none"), "Qdisc.handle", "which one"),
    ("add", qdisc(kind="htb", dump_invisible=True), "Qdisc.dump_invisible", "of listings"),
    ("add", qdisc(kind="clsact", handle="5:"), "Qdisc.handle", "ffff: in any case"),
    ("change", qdisc(kind="clsact", ingress_block=5), "Qdisc.ingress_block", "would ignore it"),
    ("replace", qdisc(kind="clsact", egress_block=5), "Qdisc.egress_block", "would ignore it"),
    ("change", qdisc(kind="mq", handle="1:", estimator={}), "Qdisc.estimator", "has none"),
    ("delete", qdisc(data=tc.Htb()), "Qdisc.data", "does not look at it when it deletes"),
    ("link", qdisc(handle="1:", data=tc.Htb()), "Qdisc.data", "does not look at it when it links"),
    ("link", qdisc(), "Qdisc.handle", "which qdisc"),
    ("add", tc.Class(handle="1:10", data=RATE), "Class.index", "which device"),
    ("add", made(handle="none", data=RATE), "Class.handle", "which class"),
    ("add", made(handle="1:", data=RATE), "Class.handle", "which class"),
    ("add", made(parent="none", data=RATE), "Class.parent", "where it is"),
    ("add", made(parent="2:", data=RATE), "Class.parent", "another qdisc than 1:10"),
    ("add", made(), "Class.data", "what there is"),
    ("add", made(kind="prio", data=b""), "Class.kind", "come and go"),
    ("add", made(parent="1:5", data=tc.DrrClass()), "Class.parent", "no others in them: it is 1:"),
    ("add", made(parent="1:5", data=tc.QfqClass()), "Class.parent", "no others in them: it is 1:"),
    ("change", made(data=tc.EtsClass(quantum=5), estimator={}), "Class.estimator", "does not look at it"),
    ("add", made(data=tc.HfscClass(ul={"m2": "1mbit"})), "Class.data.rt", "one of `rt` and `ls`"),
    ("add", made(data=tc.HfscClass(rt={"m2": "1mbit"}, ul={"m2": "1mbit"})), "Class.data.ul", "is not said"),
    ("add", made(parent="root", data=tc.HfscClass(rt={"m2": "1mbit"})), "Class.parent", "a class of its own"),
    ("link", made(data=RATE), "tc.link(Class)", "only qdiscs"),
    ("delete", made(data=RATE, parent="root"), "Class.kind", "does not look at it"),
    ("delete", made(), "Class.parent", "does not look at it"),
    ("add", qdisc(data=tc.Htb(default=0x1_0020)), "Qdisc.data.default", "without the number of the qdisc"),
    ("add", qdisc(data=tc.Htb(r2q=0)), "Qdisc.data.r2q", "takes 0 for 1"),
    ("add", made(data=tc.HtbClass()), "Class.data.rate", "needs a rate"),
    ("add", made(data=tc.HtbClass(ceil="1mbit")), "Class.data.rate", "needs a rate"),
    ("add", made(data=tc.HtbClass(rate="1mbit", ceil=0)), "Class.data.ceil", "nothing is ever sent"),
    ("add", made(data=tc.HtbClass(rate="1mbit", prio=8)), "Class.data.prio", "would make 7"),
    ("add", made(data=tc.HtbClass(rate="1mbit", mtu=5, burst=5, cburst=5)), "Class.data.mtu", "say so themselves"),
    (
        "add",
        made(data=tc.HtbClass(rate="1kbit", burst="1mb")),
        "Class.data.burst",
        "it takes 8388.608s to send",
    ),
    ("add", made(data=tc.HtbClass(rate="1mbit", mpu=70000)), "Class.data.mpu", "65535"),
    ("add", made(data=tc.HfscClass(rt={"m1": "1mbit", "m2": "1mbit"})), "Class.data.rt.d", "how long"),
    ("add", made(data=tc.HfscClass(rt={"d": "1s"})), "Class.data.rt.m2", "of two rates of 0"),
    ("add", made(data=tc.HfscClass(rt={"m2": "1mbit", "rate": "1mbit"})), "Class.data.rt.m2", "one or the other"),
    ("add", made(data=tc.HfscClass(rt={"umax": 5, "rate": "1mbit"})), "Class.data.rt.dmax", "within which time"),
    ("add", made(data=tc.HfscClass(rt={"umax": 5, "dmax": "1s"})), "Class.data.rt.rate", "say it, too"),
    ("add", made(data=tc.HfscClass(rt={"m2": "40gbit"})), "Class.data.rt.m2", "more than the kernel can be told"),
    ("add", qdisc(data=tc.Prio(bands=1)), "Qdisc.data.bands", "from 2 to 16"),
    (
        "add",
        qdisc(data=tc.Prio(priorities=[0, 3])),
        "Qdisc.data.priorities[1]",
        "there are 3 bands, from 0 on, and no 3",
    ),
    ("add", qdisc(data=tc.Prio(priorities=[0] * 17)), "Qdisc.data.priorities", "16 priorities, not 17"),
    ("add", qdisc(data=tc.Multiq(bands=2)), "Qdisc.data.bands", "the kernel tells this"),
    ("add", qdisc(data=tc.Mqprio(classes=17)), "Qdisc.data.classes", "from 1 to 16"),
    ("add", qdisc(data=tc.Mqprio(classes=2, priorities=[2])), "Qdisc.data.priorities[0]", "no 2"),
    ("add", qdisc(data=tc.Mqprio(classes=1, priorities=[0], queues=["1@0", "1@1"])), "Qdisc.data.queues", "no more"),
    ("add", qdisc(data=tc.Mqprio(hardware=False, mode="channel")), "Qdisc.data.mode", "says that it does not"),
    ("add", qdisc(data=tc.Mqprio(shaper="bw_rlimit")), "Qdisc.data.shaper", "'channel' alone"),
    ("add", qdisc(data=tc.Mqprio(mode="channel", min_rates=["1mbit"])), "Qdisc.data.min_rates", "'bw_rlimit'"),
    ("add", qdisc(data=tc.Taprio(priorities=[0], steps=[STEP])), "Qdisc.data.classes", "how many"),
    ("add", qdisc(data=tc.Taprio(classes=1, steps=[STEP], txtime_delay="1us")), "Qdisc.data.txtime_delay", "the flag"),
    ("add", qdisc(data=tc.Cbs(hicredit=1, locredit=1, sendslope=1)), "Qdisc.data.idleslope", "all four"),
]


def test_what_would_not_be_done_is_refused_by_name() -> None:
    wrong = []
    for verb, record, path, words in REFUSED:
        try:
            getattr(tc, verb)(record)
        except EncodeError as error:
            if error.path != path or words not in str(error):
                wrong.append((verb, record, f"{error.path}: {error}"))
        else:
            wrong.append((verb, record, "it is sent"))
    assert wrong == []


def test_what_is_no_class_or_queue_is_refused_where_it_is_written() -> None:
    for text in ("20", "1:20", ":x"):
        with pytest.raises(EncodeError):
            tc.Htb(default=text).default.checked("default")  # type: ignore[union-attr]
    for text in ("2", "2@", "@1", "a@1", "-1@2"):
        with pytest.raises(EncodeError, match="'2@4'"):
            tc.Mqprio(queues=[text])


def test_a_kind_without_options_has_those_of_nothing_said() -> None:
    """The kernel would answer EINVAL to `htb` without its struct, and a zeroed one would not do either."""
    assert {*QDISC_OPTIONS} >= NEEDED
    for kind, data in {"htb": tc.Htb(), "prio": tc.Prio(), "hfsc": tc.Hfsc(), "mqprio": tc.Mqprio()}.items():
        assert tc.add(qdisc(kind=kind)).payload == tc.add(qdisc(data=data)).payload
    for kind in ("tbf", "cbs"):
        with pytest.raises(EncodeError, match=r"Qdisc\.data\."):
            tc.add(qdisc(kind=kind))
    assert tc.change(qdisc(kind="htb", handle="1:")).payload == tc.delete(qdisc(kind="htb", handle="1:")).payload
    assert tc.add(qdisc(data=tc.Drr())).payload == tc.add(qdisc(kind="drr")).payload  # has none, and sends none


def test_arriving_packets_have_a_place_of_their_own() -> None:
    for kind in ("clsact", "ingress"):
        for verb in (tc.add, tc.delete):
            assert verb(qdisc(kind=kind)).payload == verb(qdisc(kind=kind, parent=kind)).payload  # type: ignore[operator]


def test_bursts_are_as_large_as_the_timer_needs() -> None:
    """As tc computes them: what is sent between two ticks of the kernel's timer, and a packet."""
    for mtu, least in ((None, 1600), (9000, 9000)):
        sent = tc.add(made(data=tc.HtbClass(rate="10gbit", ceil="20gbit", mtu=mtu))).payload
        data = tc.Class.from_bytes(sent).data
        assert data.burst >= 1_250_000_000 // timer_frequency() + least > data.burst - 80
        assert data.cburst >= 2_500_000_000 // timer_frequency() + least > data.cburst - 160


def test_a_burst_is_told_as_it_was_said_where_a_tick_is_less_than_a_byte() -> None:
    for rate in ("8kbit", "1mbit", "10mbit", "60mbit"):
        for size in (1, 1514, 1600, 15000):
            number = tc.Rate.of(rate)
            ticks = time_of(size, number, "burst")
            assert sent_in(ticks, number) == size, (rate, size)
            assert time_of(sent_in(ticks, number), number, "burst") == ticks


def test_rates_of_more_than_32_bits_have_an_attribute_beside_them() -> None:
    assert HtbClassAttributes.from_bytes(_options(tc.HtbClass(rate="30gbit", ceil="40gbit"))) == HtbClassAttributes(
        ceil="40gbit",
        parameters=HtbParameters(
            rate=RateSpec(linklayer="ethernet", rate=3_750_000_000),
            ceil=RateSpec(linklayer="ethernet", rate=0xFFFF_FFFF),
            buffer=time_of(3_750_000_000 // timer_frequency() + 1600, tc.Rate.of("30gbit"), ""),
            cbuffer=time_of(5_000_000_000 // timer_frequency() + 1600, tc.Rate.of("40gbit"), ""),
        ),
    )


def _options(data: Any) -> bytes:
    encoder = CLASS_OPTIONS["htb"].encoder
    assert encoder is not None
    return encoder(data)


CURVES = {  # of tc-hfsc(7): umax within dmax, and rate
    ("1500b", "10ms", "1mbit"): ("1200kbit", "10ms", "1mbit"),  # concave
    ("1500b", "53ms", "1mbit"): (0, "41ms", "1mbit"),  # convex
    (None, "10ms", "8mbit"): (0, "10ms", "8mbit"),
    (None, None, "8mbit"): (0, 0, "8mbit"),
    ("64kb", "1s", "1mbit"): (0, 0.475712, "1mbit"),
}


def test_what_is_wanted_of_a_curve_becomes_one() -> None:
    for (umax, dmax, rate), (m1, d, m2) in CURVES.items():
        wanted = tc.HfscClass(rt=tc.ServiceCurve(umax=umax, dmax=dmax, rate=rate))
        told = tc.HfscClass.from_bytes(wanted.to_bytes()).rt
        assert told == tc.ServiceCurve(m1=m1, d=d, m2=m2), (umax, dmax, rate)


def test_a_schedule_says_what_tc_cannot_say_yet() -> None:
    data = tc.Taprio(
        classes=2,
        priorities=[0, 1],
        queues=["1@0", "1@1"],
        clock="tai",
        steps=[STEP],
        max_sdu=[200],
        preemption=["express", "preemptible"],
    )
    told = tc.Qdisc.from_bytes(tc.add(qdisc(data=data)).payload).data
    assert (told.max_sdu, [each.name for each in told.preemption]) == ((200,), ["EXPRESS", "PREEMPTIBLE"])
    assert told.steps[0].interval == 0.001
    read = tc.Qdisc.from_bytes(qdisc(data=data.replace(coming={"base_time": 5, "steps": [STEP]})).to_bytes())
    assert read.data.coming.base_time == 5
    assert tc.Qdisc.from_bytes(tc.replace(read).payload).data.coming is None  # the kernel tells it, and takes none


def test_mqprio_tells_a_class_by_what_is_said_of_it() -> None:
    data = tc.Mqprio(classes=2, priorities=[0, 1], mode="channel", preemption=["preemptible", "express"])
    told = tc.Qdisc.from_bytes(tc.add(qdisc(data=data)).payload).data
    assert [each.label for each in told.preemption] == ["preemptible", "express"]
    assert told.queues == (tc.Queues(count=0, offset=0),) * 2


def test_dualpi2_is_told_in_units() -> None:
    """No kernel of these tests has it."""
    data = tc.Dualpi2(limit=100, memory_limit="1mb", target="15ms", alpha=0.16, beta="3.2hz", step_delay="1ms")
    sent = tc.add(qdisc(data=data)).payload[20:]
    assert sent.hex() == (
        "0c000100" + b"dualpi2\0".hex() + "34000280" + "0800010064000000" + "0800020000001000"
        "08000300983a0000" + "0800050029000000" + "0800060034030000" + "08000800e8030000"
    )
    told = tc.Qdisc.from_bytes(tc.add(qdisc(data=data)).payload).data
    assert (told.target, told.alpha, told.split_gso) == (0.015, 41 / 256, None)


def test_changes_that_are_looked_at_first() -> None:
    """Those for which the kernel would take another thing than the one that is meant, or say a bare number."""
    for verb, record, looked in (
        ("add", qdisc(data=tc.Htb()), False),
        ("add", qdisc(data=tc.Htb(), parent="1:10"), True),
        ("replace", qdisc(data=tc.Htb(), parent="1:10"), True),
        ("add", qdisc(kind="clsact"), False),
        ("change", qdisc(data=tc.Htb(), handle="1:"), False),
        ("change", qdisc(data=tc.Htb()), True),
        ("delete", qdisc(), False),
        ("add", made(data=RATE), True),
        ("replace", made(data=RATE), True),
        ("change", made(data=RATE), True),
        ("delete", tc.Class(index=2, handle="1:10"), False),
    ):
        assert isinstance(getattr(tc, verb)(record), Guarded) is looked, (verb, record)


def test_what_comes_with_a_qdisc_is_not_made_again() -> None:
    found = Setup(
        qdiscs=(qdisc(handle="1:", data=tc.Hfsc()), qdisc(index=3, handle="2:", data=tc.Ets(strict=1, quanta=[1500]))),
        classes=(
            tc.Class(index=2, handle="1:", data=tc.HfscClass()),
            tc.Class(index=2, handle="1:1", parent="1:", data=tc.HfscClass(ls={"m2": "1mbit"})),
            tc.Class(index=3, handle="2:1", data=tc.EtsClass()),
            tc.Class(index=3, handle="2:2", data=tc.EtsClass(quantum=1500)),
        ),
    )
    assert [str(each.handle) for each in remade(found)] == ["1:", "1:1", "2:"]  # type: ignore[attr-defined]
