"""The screen before a virtual kernel: what is seen, and what each key does."""

from __future__ import annotations

import pytest

pytest.importorskip("textual")

from netlynx import diag, route, tc
from netlynx.cli.top.feed import Feed
from netlynx.cli.top.figures import scaled
from netlynx.cli.top.panes import PANES
from netlynx.cli.top.places import Place
from netlynx.cli.top.rows import Entry
from netlynx.errors import NetlinkError
from netlynx.netfilter import conntrack
from netlynx.route.constants import RTM
from netlynx.wire.constants import NETLINK
from top.network import Network, Screen, play, screen


def entry(shown: Screen, key: object) -> Entry:
    return next(each for each in shown.app.view.entries if each.key == key)


def grown(shown: Screen, key: object, counter: int) -> int | None:
    """By how much a counter grew, from its rate and the time that it is of."""
    found = entry(shown, key)
    rate = found.rate(counter)
    return None if rate is None else round(rate * found.seconds)


def compared(shown: Screen) -> bool:
    return shown.app.view.round is not None and shown.app.view.round.seconds > 0


def test_links_are_shown_with_rates_and_those_that_fare_badly_are_marked() -> None:
    network = Network()
    network.add(1, "lo")
    network.add(2, "v0", rx_bytes=2**40, tx_packets=5)

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: shown.rows)
            assert "LINK" in shown.table[0]
            await shown.until(lambda: compared(shown))
            assert {tuple(row[:2]) for row in shown.rows} == {("lo", "UP"), ("v0", "UP")}
            network.count(2, rx_bytes=2**40 + 1000, tx_packets=25, rx_dropped=3)
            await shown.until(lambda: grown(shown, 2, 0) == 1000)
            found = entry(shown, 2)
            assert (grown(shown, 2, 3), grown(shown, 2, 6)) == (20, 3)
            row = next(row for row in shown.rows if row[0] == "v0")
            assert row[2] == scaled(8 * 1000 / found.seconds)
            assert shown.bar("said").startswith("2 links, 2 up; all of them: ")
            assert shown.rows[0][0] == "v0"  # the most comes first
            await shown.until(lambda: grown(shown, 2, 0) == 0)

    play(story)


def test_links_that_go_are_renamed_come_or_begin_anew() -> None:
    network = Network()
    network.add(1, "lo", rx_bytes=500, rx_packets=5)
    network.add(2, "v0", rx_bytes=500, rx_packets=5)

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: compared(shown))
            network.count(1, rx_bytes=10, rx_packets=1)
            await shown.until(lambda: entry(shown, 1).counts[0] == 10)
            assert entry(shown, 1).rate(0) is None
            await shown.until(lambda: entry(shown, 1).rate(0) == 0)
            network.links[2] = network.links[2].replace(name="uplink")
            network.say(route.LINKS, RTM.NEWLINK, network.links[2])
            await shown.until(lambda: any(row[0] == "uplink" for row in shown.rows))
            assert entry(shown, 2).rate(0) == 0  # it is the same one
            network.remove(2)
            await shown.until(lambda: len(shown.rows) == 1)
            network.add(3, "new", rx_bytes=7)  # and no event of it comes
            await shown.until(lambda: len(shown.rows) == 2)
            await shown.until(lambda: entry(shown, 3).rate(0) == 0)

    play(story)


def test_a_bridge_that_loses_a_port_has_not_lost_the_link() -> None:
    network = Network()
    network.add(2, "v0")

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: shown.rows)
            network.say(route.LINKS, RTM.DELLINK, route.Link(index=2, family="bridge", name="v0"))
            rounds = network.asked.count("route.stats")
            await shown.until(lambda: network.asked.count("route.stats") > rounds + 2)
            assert [row[0] for row in shown.rows] == ["v0"]

    play(story)


def test_only_what_is_seen_is_read_and_nothing_while_it_stands_still() -> None:
    network = Network()
    network.add(1, "lo", rx_bytes=100)

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: network.asked.count("route.stats") > 3)
            assert network.asked.count("route.links") == 1
            assert {*network.asked} == {"route.links", "route.stats"}
            await shown.press("p")
            assert "PAUSED" in shown.bar("title")
            network.count(1, rx_bytes=10_000_000)
            asked = [*network.asked]
            await shown.press("space")  # goes on
            assert "PAUSED" not in shown.bar("title")
            assert len(network.asked) - len(asked) <= 2  # the one that goes on, and one that was under way
            await shown.until(lambda: entry(shown, 1).counts[0] == 10_000_000)
            await shown.until(lambda: entry(shown, 1).rate(0) is not None)
            assert entry(shown, 1).rate(0) == 0  # of what came during the pause nothing is told as if it were now

    play(story)


def test_keys_sort_and_a_click_on_a_title_does() -> None:
    network = Network()
    for index, name in enumerate(("v10", "v9", "lo"), 1):
        network.add(index, name)

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: shown.rows)
            await shown.press("less_than_sign", "left")
            assert shown.table[0].startswith("LINK▲")
            assert [row[0] for row in shown.rows] == ["lo", "v9", "v10"]
            await shown.press("r")
            assert shown.table[0].startswith("LINK▼")
            assert [row[0] for row in shown.rows] == ["v10", "v9", "lo"]
            await shown.press("greater_than_sign")
            assert "STATE▲" in shown.table[0]
            await shown.press("right", "left", "left", "left")
            assert "INDEX▼" in shown.table[0]  # round to the last column, which there was no room for
            assert [row[-1] for row in shown.rows] == ["3", "2", "1"]
            await shown.click(2, 0)
            assert shown.table[0].startswith("LINK▲")
            await shown.click(2, 0)
            assert shown.table[0].startswith("LINK▼")
            await shown.click(2, 1)  # a row
            assert shown.table[0].startswith("LINK▼")

    play(story)


def test_a_filter_finds_as_it_is_typed_and_says_when_nothing_fits() -> None:
    network = Network()
    for index, name in enumerate(("lo", "wan0", "wan1"), 1):
        network.add(index, name)

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: shown.rows)
            await shown.press("slash", "w", "a")
            assert sorted(row[0] for row in shown.rows) == ["wan0", "wan1"]
            await shown.press("h", "q")  # letters of the text now, and no keys
            assert shown.table[2] == "  'wahq' is found in none of 3 links (in LINK, STATE, KIND)"
            await shown.press("backspace", "backspace", "n", "1", "enter")
            assert [row[0] for row in shown.rows] == ["wan1"]
            assert shown.bar("said").endswith("/wan1/ 1 of them")
            await shown.press("2")
            assert shown.app.view.pane is PANES["neighbours"]
            await shown.press("1", "slash")
            await shown.until(lambda: len(shown.rows) == 1)
            await shown.press("escape")
            await shown.type("/wan0/\r")  # the second one is a letter
            assert shown.bar("said").endswith("/wan0// 0 of them")
            await shown.press("escape")
            assert len(shown.rows) == 3
            assert "/" not in shown.bar("said").replace("bit/s", "")

    play(story)


def test_all_panes_have_keys() -> None:
    network = Network()
    network.add(1, "lo")

    async def story() -> None:
        async with screen(network.feed) as shown:
            for key, name in enumerate(PANES, 1):
                await shown.press(str(key))
                assert shown.app.view.pane.name == name
                assert f"{key} {name}" in shown.bar("panes")
            await shown.press("tab")
            assert shown.app.view.pane.name == "links"
            await shown.press("shift+tab")
            assert shown.app.view.pane.name == "events"

    play(story)


def test_neighbours_sockets_and_queues() -> None:
    network = Network()
    network.add(2, "v0")
    info = route.NeighbourCacheInfo(confirmed=300, used=12_000, updated=0, references=1)
    network.neighbours = [
        route.Neighbour(
            index=2, family="inet", destination="192.0.2.1", address="02:00:00:00:00:01", state="stale", cacheinfo=info
        ),
        route.Neighbour(index=2, family="inet", destination="192.0.2.2", state="failed"),
    ]
    counted = {"basic": {"bytes": 1000, "packets": 2}, "queue": {"qlen": 3, "backlog": 4500, "drops": 2**32 - 1}}
    network.qdiscs = [tc.Qdisc(index=2, kind="fq_codel", handle="1:", parent="root", statistics=counted)]
    ends = {"source": "192.0.2.9", "destination": "192.0.2.1", "source_port": 4711, "destination_port": 443}
    sent = {"bytes_acked": 1000, "total_retransmits": 1, "rtt": 12_500}

    def established(**more: int) -> diag.TcpSocket:
        told = {**sent, **more}
        return diag.TcpSocket(
            family="inet", state="established", cookie=5, **ends, receive_queue=1, send_queue=2048, info=told
        )

    network.sockets = [
        established(),
        diag.TcpSocket(family="inet6", state="listen", source="::", source_port=22, cookie=6),
        diag.UdpSocket(family="inet", state="close", source="0.0.0.0", source_port=53, cookie=7),
    ]

    async def story() -> None:
        async with screen(network.feed, "neighbours") as shown:
            await shown.until(lambda: shown.rows)
            assert shown.rows[0][:6] == ["192.0.2.1", "v0", "02:00:00:00:00:01", "STALE", "2m", "3s"]
            assert shown.rows[1][:3] == ["192.0.2.2", "v0", "FAILED"]
            assert shown.bar("said") == "2 neighbours: 1 STALE, 1 FAILED"
            await shown.press("5")
            await shown.until(lambda: compared(shown))
            wrapped = {
                **counted,
                "queue": {"qlen": 0, "backlog": 0, "drops": 4},
                "basic": {"bytes": 3000, "packets": 3},
            }
            network.qdiscs = [network.qdiscs[0].replace(statistics=wrapped)]
            key = entry(shown, shown.app.view.entries[0].key).key
            await shown.until(lambda: grown(shown, key, 2) == 5)  # over the end of 32 bits
            assert grown(shown, key, 0) == 2000
            assert shown.bar("said") == "1 qdisc; waiting in all: 0 packets, 0 bytes"
            await shown.press("4")
            await shown.until(lambda: compared(shown))
            assert shown.bar("said") == "tcp: 1 established, 1 listen; udp: 1 close"
            network.sockets[0] = established(bytes_acked=5000, total_retransmits=3)
            key = next(each.key for each in shown.app.view.entries if each.record[0].cookie == 5)
            await shown.until(lambda: grown(shown, key, 1) == 4000)
            assert grown(shown, key, 2) == 2
            await shown.resize(160, 24)
            await shown.until(lambda: "RTT ms" in shown.table[0])
            row = next(row for row in shown.rows if row[1] == "established")
            assert row[2:4] == ["1", "2.0k"]
            assert {"192.0.2.9:4711", "192.0.2.1:443", "12.5"} <= {*row}

    play(story)


def test_conntrack_by_protocol_and_state() -> None:
    network = Network()

    def flow(protocol: str, state: str | None, **more: object) -> conntrack.Flow:
        return conntrack.Flow(
            family="ipv4",
            original=conntrack.Tuple(source="192.0.2.1", destination="192.0.2.2", protocol=protocol),
            tcp=None if state is None else {"state": state},
            **more,
        )

    network.flows = [
        flow("tcp", "established", status=["seen_reply", "assured"], original_packets=5, original_bytes=500),
        flow("tcp", "established", status=["seen_reply", "assured", "src_nat"], original_packets=1, original_bytes=100),
        flow("tcp", "syn_sent", status=0),
        flow("udp", None, status=0),
        flow("udp", None, status="seen_reply"),
    ]
    network.statistics = conntrack.Statistics(entries=5, max_entries=262_144)

    async def story() -> None:
        async with screen(network.feed, "conntrack") as shown:
            await shown.until(lambda: shown.rows)
            rows = {tuple(row[:2]): row[2:] for row in shown.rows}
            assert rows["tcp", "ESTABLISHED"] == ["2", "2", "1", "6", "600"]
            assert rows["tcp", "SYN_SENT"] == ["1", "0", "0", "-", "-"]
            assert {("udp", "answered"), ("udp", "unanswered")} < rows.keys()
            await shown.until(lambda: compared(shown))
            assert shown.bar("said").startswith("5 of 262,144 connections; lost 0/s")
            network.cpus = [each.replace(drop=50) for each in network.cpus]
            await shown.until(lambda: not shown.bar("said").startswith("5 of 262,144 connections; lost 0/s"))

    play(story)


def test_where_there_is_no_conntrack_its_pane_says_so_and_the_others_go_on() -> None:
    network = Network(conntracking=False)
    network.add(1, "lo")

    async def story() -> None:
        async with screen(network.feed, "conntrack") as shown:
            await shown.until(lambda: any(shown.table[1:]) and "reading" not in shown.table[2])
            said = " ".join(" ".join(row) for row in shown.rows)
            assert "EPROTONOSUPPORT" in said
            await shown.press("1")
            await shown.until(lambda: [row[0] for row in shown.rows] == ["lo"])

    play(story)


def test_what_fails_for_a_while_is_said_and_it_goes_on() -> None:
    network = Network()
    network.add(1, "lo")
    network.neighbours = [route.Neighbour(index=1, family="inet", destination="192.0.2.1", state="stale")]

    async def story() -> None:
        async with screen(network.feed, "neighbours") as shown:
            await shown.until(lambda: shown.rows and shown.rows[0][0] == "192.0.2.1")
            network.problem = NetlinkError(5, "no luck today")
            await shown.until(lambda: "no luck today" in " ".join(shown.table))
            network.problem = None
            await shown.until(lambda: shown.rows[0][0] == "192.0.2.1")

    play(story)


def test_a_kernel_that_tells_no_counters_apart_is_asked_for_whole_links() -> None:
    network = Network(apart=False)
    network.add(1, "lo")
    network.links[1] = network.links[1].replace(stats64={"rx_bytes": 700})

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: compared(shown))
            network.links[1] = network.links[1].replace(stats64={"rx_bytes": 900})
            await shown.until(lambda: grown(shown, 1, 0) == 200)

    play(story)


def test_events_are_logged_and_losses_are_seen_in_every_pane() -> None:
    network = Network()
    network.add(1, "lo")

    async def story() -> None:
        async with screen(network.feed, "events") as shown:
            assert shown.rows == [["nothing", "was", "said", "yet"]]
            network.add(2, "v0")
            network.say(route.LINKS, RTM.NEWLINK, network.links[2])
            await shown.until(lambda: any("v0" in row for row in shown.rows))
            assert shown.rows[0][1:4] == ["new", "link", "2"]
            assert shown.bar("said") == "1 event; none was lost"
            network.kernel.faults.overrun(NETLINK.ROUTE)
            network.say(route.LINKS, RTM.DELLINK, network.links[2])
            await shown.until(lambda: "LOST 1" in shown.bar("title"))
            await shown.until(lambda: any("LOST" in row for row in shown.rows))
            assert "LOST 1 time" in shown.bar("said")
            await shown.press("1")
            assert "LOST 1" in shown.bar("title")
            await shown.until(lambda: shown.rows)
            listed = network.asked.count("route.links")
            network.kernel.faults.overrun(NETLINK.ROUTE)
            await shown.until(lambda: network.asked.count("route.links") > listed)  # all is read anew
            await shown.until(lambda: "LOST 2" in shown.bar("title"))
            await shown.press("6", "slash", *"lost", "enter")
            assert len(shown.rows) == 2
            await shown.press("p")
            network.say(route.LINKS, RTM.DELLINK, network.links[2])
            network.kernel.faults.overrun(NETLINK.ROUTE)
            await shown.until(lambda: "LOST 3" in shown.bar("title"))  # while it stands still, too
            assert len(shown.rows) == 2
            await shown.press("p")
            assert len(shown.rows) == 3

    play(story)


def test_a_name_is_text_and_is_not_obeyed() -> None:
    network = Network()
    network.add(1, "\x1b[2J\u202ex")
    network.say(route.LINKS, RTM.NEWLINK, network.links[1])

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: shown.rows)
            assert shown.rows[0][0] == "\\u001b[2J\\u202ex"
            network.say(route.LINKS, RTM.NEWLINK, network.links[1])
            await shown.press("6")
            await shown.until(lambda: "\\u001b[2J" in " ".join(shown.table))
            assert "\x1b" not in " ".join(shown.table)

    play(story)


def test_a_thousand_links_are_scrolled_through_and_few_are_drawn() -> None:
    network = Network()
    for index in range(1, 1001):
        network.add(index, f"v{index}")

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.until(lambda: len(shown.rows) == 19)
            await shown.press("left", "left")
            assert shown.rows[0][0] == "v1"
            await shown.press("end")
            await shown.until(lambda: shown.rows[-1][0] == "v1000")
            await shown.press("pageup", "up")
            await shown.until(lambda: shown.rows[-1][0] == "v980")
            await shown.press("home")
            await shown.until(lambda: shown.rows[0][0] == "v1")
            assert shown.table[0].startswith("LINK")

    play(story)


@pytest.mark.parametrize("size", [(80, 24), (40, 10), (160, 50)])
def test_it_fits_and_can_become_larger_and_smaller(size: tuple[int, int]) -> None:
    network = Network()
    network.add(1, "a-link-of-15-ch", rx_bytes=7)

    async def story() -> None:
        async with screen(network.feed, size=size) as shown:
            await shown.until(lambda: shown.rows)
            for width, height in (size, (160, 50), (80, 24), (200, 60), (20, 6)):
                await shown.resize(width, height)
                assert len(shown.table) == height - 4
                assert all(len(line) <= width for line in shown.table)
                assert ("INDEX" in shown.table[0]) is (width > 150)
                assert ("column" in shown.bar("keys")) is (width < 150)

    play(story)


def test_help_says_the_keys_and_goes_away() -> None:
    network = Network()

    async def story() -> None:
        async with screen(network.feed) as shown:
            for key in ("h", "question_mark"):
                await shown.press(key)
                assert len(shown.app.screen_stack) == 2
                await shown.press("escape")
                assert len(shown.app.screen_stack) == 1

    play(story)


def test_another_namespace_is_chosen_and_one_that_cannot_be_opened_is_not() -> None:
    here, there = Network(), Network()
    here.add(1, "lo", rx_bytes=2**40)
    there.add(1, "lo")
    there.add(2, "blue0")

    def missing() -> Feed:
        raise NetlinkError(2, "it is gone")

    def places() -> list[Place]:
        return [Place("here", here.feed), Place("blue", there.feed), Place("gone", missing)]

    async def story() -> None:
        async with screen(here.feed, places=places) as shown:
            await shown.until(lambda: compared(shown))
            await shown.press("n", "down", "enter")
            await shown.until(lambda: any("blue0" in row for row in shown.rows))
            assert shown.bar("title").startswith("netlynx top  blue ")
            await shown.until(lambda: entry(shown, 1).rate(0) == 0)  # and not less than nothing
            asked = len(here.asked)
            await shown.press("n", "down", "enter")
            assert "gone: " in shown.bar("keys")
            assert "it is gone" in shown.bar("keys")
            assert shown.bar("title").startswith("netlynx top  blue ")
            await shown.press("n", "escape")
            assert shown.bar("keys").startswith("q quit")
            assert len(here.asked) == asked

    play(story)


def test_where_namespaces_are_not_known_the_key_says_so() -> None:
    network = Network()

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.press("n")
            assert "--netns" in shown.bar("keys")

    play(story)


@pytest.mark.parametrize("keys", [("q",), ("ctrl+c",), ("slash", "x", "ctrl+c"), ("h", "ctrl+c"), ("p", "q")])
def test_it_ends(keys: tuple[str, ...]) -> None:
    network = Network()

    async def story() -> None:
        async with screen(network.feed) as shown:
            await shown.press(*keys)
            await shown.until(lambda: not shown.app.is_running)
        assert shown.app.return_code == 0
        assert network.kernel.sockets() == []  # nothing is left open

    play(story)


def test_what_cannot_be_opened_at_the_start_is_raised() -> None:
    def missing() -> Feed:
        raise NetlinkError(1, "not for you")

    async def story() -> None:
        async with screen(missing) as shown:
            await shown.until(lambda: not shown.app.is_running)
            assert str(shown.app.failure)

    play(story)
