"""What collectors make of records that no machine here has: cards that count, tables that a kernel does not tell."""

from __future__ import annotations

from typing import Any

from netlynx import diag, ethtool, metrics, route, tc
from netlynx.netfilter import conntrack_statistics


def read(name: str, *answers: Any) -> dict[str, dict[tuple[str, ...], Any]]:
    families = metrics.collector(name).read(*answers)
    return {
        each.metric.sample.removeprefix("netlynx_"): dict(zip(each.keys, each.values, strict=True)) for each in families
    }


def test_what_standards_have_a_card_count() -> None:
    mac = ethtool.CounterGroup(id="eth-mac", counters=[{2: 17}, {99: 3}])
    rmon = ethtool.CounterGroup(
        id="rmon",
        rx=[ethtool.Bucket(low=0, high=64, packets=5), ethtool.Bucket(low=10240, high=0, packets=6)],
        tx=[ethtool.Bucket(low=0, high=64, packets=7), ethtool.Bucket(low=65, high=127)],
    )
    pause = ethtool.Pause(device="eth0", statistics=ethtool.PauseStatistics(tx_frames=8))
    modes = [
        ethtool.LinkModes(device="eth0", speed=25_000),
        ethtool.LinkModes(device="eth1", speed=ethtool.UNKNOWN_SPEED),
        ethtool.LinkModes(device="lo"),
    ]
    found = read("ethtool", [ethtool.Statistics(device="eth0", groups=[mac, rmon])], [pause], modes)
    names = {int(each): each.label for each in ethtool.MacCounter}
    assert found["ethtool_statistic_total"] == {("eth0", "eth-mac", names[2]): 17, ("eth0", "eth-mac", "99"): 3}
    assert found["ethtool_length_packets_total"] == {
        ("eth0", "receive", "0", "64"): 5,
        ("eth0", "receive", "10240", "0"): 6,
        ("eth0", "transmit", "0", "64"): 7,
    }
    assert found["ethtool_pause_frames_total"] == {("eth0", "transmit"): 8}
    assert found["link_speed_bytes"] == {("eth0",): 3_125_000_000}


def test_links_without_counters_or_a_name_are_links_all_the_same() -> None:
    links = [
        route.Link(index=3, name="v0", master=7, stats64=route.LinkStatistics64(rx_bytes=2**63)),
        route.Link(index=7),
    ]
    found = read("links", links)
    assert found["link_receive_bytes_total"] == {("v0",): 2**63}
    assert found["link_mtu_bytes"] == {("v0",): None, ("if7",): None}
    assert ("v0", "", "", "if7", "") in found["link_info"]
    assert b"mtu_bytes{" not in metrics.render([metrics.Part(None, metrics.collector("links").read(links))])


def test_queues_of_a_kind_are_added_up_and_packets_have_all_their_bits() -> None:
    def queue(handle: str, **counted: Any) -> tc.Qdisc:
        return tc.Qdisc(index=1, kind="fq_codel", handle=handle, statistics=counted)

    qdiscs = [
        queue("1:", basic={"bytes": 10, "packets": 1}, queue={"drops": 2, "qlen": 3, "backlog": 4}),
        queue("2:", basic={"bytes": 20, "packets": 5}, packets=2**32 + 5),
        tc.Qdisc(index=9, kind="noqueue"),
    ]
    found = read("qdiscs", [route.Link(index=1, name="eth0")], qdiscs)
    assert found["qdiscs"] == {("eth0", "fq_codel"): 2, ("if9", "noqueue"): 1}
    assert found["qdisc_bytes_total"]["eth0", "fq_codel"] == 30
    assert found["qdisc_packets_total"]["eth0", "fq_codel"] == 2**32 + 6
    assert found["qdisc_drops_total"]["eth0", "fq_codel"] == 2
    assert found["qdisc_backlog_bytes"] == {("eth0", "fq_codel"): 4, ("if9", "noqueue"): 0}


def test_what_an_old_kernel_does_not_count_is_no_zero() -> None:
    processors = [conntrack_statistics.CpuStatistics(cpu=cpu, drop=cpu + 1) for cpu in range(3)]
    found = read("conntrack", conntrack_statistics.Statistics(entries=5), processors)
    assert found["conntrack_entries"] == {(): 5}
    assert found["conntrack_limit_entries"] == {(): None}
    assert found["conntrack_dropped_total"] == {(): 6}
    assert found["conntrack_chains_too_long_total"] == {(): None}


def test_a_netlink_socket_that_is_listed_twice_counts_once_and_the_kernels_own_never() -> None:
    memory = {"drops": 3, "receive_allocated": 100}
    sockets = [
        diag.NetlinkSocket(portid=7, cookie=1, memory=memory),
        diag.NetlinkSocket(portid=7, cookie=1, memory=memory),
        diag.NetlinkSocket(portid=0, cookie=2, memory=memory),
    ]
    found = read("netlink", sockets)
    assert found["netlink_sockets"] == {("route",): 1}
    assert found["netlink_socket_drops"] == {("route",): 3}
    assert found["netlink_socket_receive_queue_bytes"] == {("route",): 100}
