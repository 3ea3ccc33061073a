"""`htb` and its classes. Source: tc-htb(8)."""

from __future__ import annotations

from typing import Any

from netlynx.tc import Class, Htb, HtbClass
from tc.both_ways import DEVICE, INDEX, Case, Near, qdisc, rate, shown_class, shown_qdisc

ROOT = f"qdisc add dev {DEVICE} root handle 1: htb"
ABOVE = f"class add dev {DEVICE} parent 1: classid 1:1 htb rate 100mbit"


def made(words: str, data: HtbClass, *, parent: str = "1:1", **more: Any) -> Case:
    """A class 1:10 in another one."""
    record = Class(index=INDEX, handle="1:10", parent=parent, data=data)
    place = f"class add dev {DEVICE} parent {parent} classid 1:10 htb"
    return Case(f"{place} {words}", record, before=(ROOT, ABOVE), **more)


CUT = "tc 6.1 cuts bursts to whole microseconds"
CASES = [
    qdisc("htb", Htb()),
    qdisc("htb default 20", Htb(default=":20")),
    qdisc("htb default 0x10 r2q 5", Htb(default=":10", r2q=5)),
    qdisc("htb default ffff direct_qlen 123", Htb(default=":ffff", direct_qlen=123)),
    qdisc("htb offload", Htb(offload=True)),
    made("rate 10mbit", HtbClass(rate="10mbit")),
    made("rate 10mbit", HtbClass(rate="10mbit"), parent="1:"),
    made("rate 10mbit", HtbClass(rate="10mbit"), parent="root"),
    made("rate 10mbit ceil 50mbit", HtbClass(rate="10mbit", ceil="50mbit")),
    made("rate 1mbit burst 15k", HtbClass(rate="1mbit", burst="15k")),
    made("rate 1mbit burst 15k cburst 30k", HtbClass(rate="1mbit", burst="15k", cburst="30k")),
    made(
        "rate 3mbit ceil 7mbit cburst 1600",
        HtbClass(rate="3mbit", ceil="7mbit", cburst=1600),
        apart={"2.1[28:32]": "1828 microseconds are 1599.5 bytes, of which the nearest number is told"},
        only_sent=CUT,
    ),
    made("rate 1kbit", HtbClass(rate="1kbit")),
    made(
        "rate 8bit burst 100b",
        HtbClass(rate="8bit", burst=100),
        apart={
            "2.1[28:32]": "1600 seconds, of which tc leaves out the upper half, and netlynx takes the most there is"
        },
        only_sent="cburst is not the same",
    ),
    made("rate 1gbit ceil 10gbit", HtbClass(rate="1gbit", ceil="10gbit"), only_sent=CUT),
    made(
        "rate 1gbit ceil 10gbit burst 125000 cburst 10000",
        HtbClass(rate="1gbit", ceil="10gbit", burst=125000, cburst=10000),
    ),
    made("rate 34gbit ceil 35gbit", HtbClass(rate="34gbit", ceil="35gbit"), only_sent=CUT),
    made(
        "rate 34gbit ceil 35gbit burst 340000 cburst 350000",
        HtbClass(rate="34gbit", ceil="35gbit", burst=340000, cburst=350000),
    ),
    made(
        "rate 100gbit ceil 400gbit burst 100000 cburst 400000",
        HtbClass(rate="100gbit", ceil="400gbit", burst=100000, cburst=400000),
    ),
    made("rate 1gibps ceil 2gibps", HtbClass(rate="1gibps", ceil="2gibps"), only_sent=CUT),
    made("rate 125kbps", HtbClass(rate="125kbps")),
    made("rate 10mbit prio 3", HtbClass(rate="10mbit", prio=3)),
    made("rate 10mbit prio 7", HtbClass(rate="10mbit", prio=7)),
    made("rate 10mbit quantum 1514", HtbClass(rate="10mbit", quantum=1514)),
    made("rate 10mbit quantum 200000", HtbClass(rate="10mbit", quantum=200000)),
    made("rate 10mbit mpu 64", HtbClass(rate="10mbit", mpu=64)),
    made("rate 10mbit overhead 24", HtbClass(rate="10mbit", overhead=24)),
    made("rate 10mbit linklayer ethernet", HtbClass(rate="10mbit", linklayer="ethernet")),
    made("rate 8mbit linklayer atm", HtbClass(rate="8mbit", linklayer="atm")),
    made(
        "rate 8mbit linklayer atm overhead 22 mpu 96",
        HtbClass(rate="8mbit", linklayer="atm", overhead=22, mpu=96),
    ),
    made("rate 10mbit linklayer adsl overhead 10", HtbClass(rate="10mbit", linklayer="atm", overhead=10)),
    made("rate 10mbit mtu 9000", HtbClass(rate="10mbit", mtu=9000)),
    made("rate 1gbit burst 125000 mtu 9000", HtbClass(rate="1gbit", burst=125000, mtu=9000)),
    made(
        "rate 5mbit ceil 20mbit burst 10k cburst 20k prio 1 quantum 3000 mpu 60 overhead 14",
        HtbClass(rate="5mbit", ceil="20mbit", burst="10k", cburst="20k", prio=1, quantum=3000, mpu=60, overhead=14),
    ),
]
APART = {
    "2.3": "a table of kernels before 3.8",
    "2.4": "another one",
    "2.1[0:1]": "cell_log of the rate's table",
    "2.1[4:6]": "cell_align of it",
    "2.1[12:13]": "cell_log of the ceiling's table",
    "2.1[16:18]": "cell_align of it",
    "2.1[24:28]<16": "buffer: before iproute2 6.14 in whole microseconds, of 15.6 ticks",
    "2.1[28:32]<16": "cbuffer: the same",
}


def shown(record: dict[str, Any]) -> dict[str, Any]:
    """Of classes as text; sizes are cut to whole microseconds and bytes."""
    return _class(record) if "leaf" in record else _qdisc(record)


def _qdisc(record: dict[str, Any]) -> dict[str, Any]:
    data = record["data"]
    minor = 0 if data["default"] == "none" else int(data["default"].lstrip(":"), 16)
    options = {
        "r2q": data["r2q"],
        "default": f"{minor:#x}" if minor else "0",
        "direct_packets_stat": data.get("direct_packets", 0),
        "ver": f"{data['version'] >> 16}.{data['version'] & 0xFFFF}",
    }
    if "direct_qlen" in data:
        options["direct_qlen"] = data["direct_qlen"]
    if data.get("offload"):
        options["offload"] = None
    return shown_qdisc(record, options)


def _class(record: dict[str, Any]) -> dict[str, Any]:
    data, counted = record["data"], record["xstats"]
    leaf = ["prio", str(data["prio"]), "quantum", str(data["quantum"])] if not data["level"] else []
    overhead = ["overhead", str(data["overhead"])] if data["overhead"] else []
    sizes = []
    for name, ceiling in (("burst", "rate"), ("cburst", "ceil")):
        sizes += [name, Near(data[name], 1 + data[ceiling] / 8e6), "mpu", f"{data['mpu']}b"]
    words = [*leaf, "rate", rate(data["rate"]), *overhead, "ceil", rate(data["ceil"]), "linklayer", data["linklayer"]]
    return shown_class(
        record,
        [*words, *sizes, "level", str(data["level"])],
        f"lended: {counted['lends']} borrowed: {counted['borrows']} giants: {counted['giants']}",
        f"tokens: {counted['tokens']} ctokens: {counted['ctokens']}",
    )
