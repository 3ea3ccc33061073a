"""Draws docs/architecture.svg, the house, and docs/conversation.svg, one conversation on the wire.

`tests/test_pictures.py` compares the floors with the table in `tests/test_house.py`, and the files with what is drawn.
Both pictures need nothing from elsewhere, and bring a card of their own to stand on, which is dark where the reader's
system is.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"

# From the top to the ground: what a floor is called, what it knows, its rooms.
FLOORS: tuple[tuple[str, str, tuple[str, ...]], ...] = (  # "" begins a new row
    ("Command line", "words, tables, what a terminal may see", ("cli",)),
    ("What people look with", "how things hang together, what others say, many hosts", ("topology", "trace", "fleet")),
    (
        "What users hold",
        "how to wait: in a thread, in a task",
        ("client", "capture", "kernel", "testing", "usersock", "ynl", "sql", "metrics", "module", "vm", "generate"),
    ),
    (
        "Protocols",
        "constants, records, operations: data, of no socket",
        (
            *("route", "tc", "dcb", "fib_lookup", "", "netfilter", "nftables", "ipset", "firewall", ""),
            *(
                "generic",
                "ethtool",
                "netdev",
                "wireguard",
                "",
                "ipvs",
                "mptcp",
                "taskstats",
                "tcp_metrics",
                "nl80211",
                "",
            ),
            *("devlink", "drop_monitor", "families", "fou", "gtp", "ila", ""),
            *("ioam6", "l2tp", "macsec", "ovs", "psample", "seg6", ""),
            *("diag", "uevent", "connector", "audit", "xfrm", "rdma", ""),
            *("crypto", "classical", "selinux", "scsi", "iscsi"),
        ),
    ),
    ("Sockets", "this host's kernel, a virtual one's, one that another process serves", ("transport",)),
    ("Conversations", "what is said, awaited, and meant; no socket, no clock", ("engine",)),
    ("Declarations", "what a field is, and the plan that a class compiles to", ("schema",)),
    ("Bytes", "how values are laid out; the codec is native", ("codec", "wire", "netns", "tun")),
)
BESIDE = ("errors", "late", "limits")  # files that stand beside the rooms: all may use them

STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de; }
  .floor { fill: #f6f8fa; }
  .room { fill: #ffffff; stroke: #1a7f6b; }
  .native { fill: #d9f0ea; stroke: #1a7f6b; }
  .title { fill: #1f2328; font-size: 19px; font-weight: 600; }
  .name { fill: #1f2328; font-size: 14px; font-weight: 600; }
  .text { fill: #1f2328; font-size: 13px; }
  .soft { fill: #59636e; font-size: 12px; }
  .code { fill: #1f2328; font-size: 12px; }
  .wire { stroke: #1a7f6b; stroke-width: 1.5; fill: none; }
  .head { fill: #1a7f6b; }
  .lost { stroke: #c4432b; stroke-width: 1.5; stroke-dasharray: 5 4; fill: none; }
  .losthead, .lostword { fill: #c4432b; }
  .lostword { font-size: 12px; }
  .life { stroke: #d0d7de; stroke-width: 1.5; }
  .act { fill: #e7ebef; }
  text { font-family: -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, "DejaVu Sans", sans-serif; }
  .code, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d; }
    .floor { fill: #151b23; }
    .room { fill: #0d1117; stroke: #3fb59c; }
    .native { fill: #12372f; stroke: #3fb59c; }
    .title, .name, .text, .code { fill: #f0f6fc; }
    .soft { fill: #9198a1; }
    .wire { stroke: #3fb59c; }
    .head { fill: #3fb59c; }
    .lost { stroke: #f0715a; }
    .losthead, .lostword { fill: #f0715a; }
    .life { stroke: #3d444d; }
    .act { fill: #262c36; }
  }
"""


def picture(width: int, height: int, label: str, parts: Iterator[str]) -> str:
    inner = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{escape(label)}">\n<style>{STYLE}</style>\n'
        f'<rect class="card" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="10"/>\n{inner}\n</svg>\n'
    )


def text(sort: str, x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text class="{sort}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def box(sort: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{sort}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5"/>'


# ------------------------------------------------------------------------------------------------ the house

WIDTH, LEFT, RIGHT, ROW = 960, 246, 816, 34


def rows_of(rooms: tuple[str, ...]) -> list[list[tuple[str, float, float]]]:
    """Rooms side by side: each with its place and width, in as many rows as it takes."""
    rows: list[list[tuple[str, float, float]]] = [[]]
    x = float(LEFT)
    for room in rooms:
        width = 16 + 7.5 * len(room)
        if not room or x + width > RIGHT:
            rows.append([])
            x = float(LEFT)
        if not room:
            continue
        rows[-1].append((room, x, width))
        x += width + 8
    return rows


def house() -> str:
    parts = [
        text("title", 28, 40, "The house"),
        text(
            "soft", 28, 62, "A request goes down through the floors, its answer comes up; each floor knows those below."
        ),
    ]
    y = 82.0
    top = y
    for title, knows, rooms in FLOORS:
        rows = rows_of(rooms)
        told = list(wrapped(knows, 30))
        height = max(ROW * len(rows) + 14, 34 + 16 * len(told))
        parts.append(box("floor", 20, y, RIGHT + 4 - 20, height))
        parts.append(text("name", 36, y + 23, title))
        parts += [text("soft", 36, y + 41 + 16 * number, line) for number, line in enumerate(told)]
        start = y + (height - ROW * len(rows)) / 2
        for number, row in enumerate(rows):
            for room, x, width in row:
                above = start + ROW * number + 4
                parts.append(box("native" if room == "codec" else "room", x, above, width, ROW - 8))
                parts.append(text("code", x + width / 2, above + 17.5, room, "middle"))
        y += height + 8
    bottom = y - 8
    parts.append(box("floor", 832, top, 108, bottom - top))
    parts.append(text("name", 886, top + 23, "Beside", "middle"))
    parts.append(text("soft", 886, top + 41, "all may use", "middle"))
    for number, name in enumerate(BESIDE):
        above = top + 58 + 36 * number
        parts.append(box("room", 846, above, 80, 26))
        parts.append(text("code", 886, above + 17.5, name, "middle"))
    parts.append(arrow(222, bottom + 26, 222, bottom + 6, both=True))
    parts.append(text("text", 240, bottom + 24, "the kernel: of this host, of another namespace, or a virtual one"))
    return picture(WIDTH, int(bottom + 46), "netlynx's rooms, floor by floor", iter(parts))


def wrapped(words: str, width: int) -> Iterator[str]:
    line = ""
    for word in words.split():
        if len(line) + len(word) + 1 > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def arrow(x1: float, y1: float, x2: float, y2: float, *, both: bool = False, lost: bool = False) -> str:
    """A line with a head at its end, or at both; a lost one is dashed and ends in a cross."""
    line = f'<path class="{"lost" if lost else "wire"}" d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>'
    ends = [(x2, y2, x1, y1), *([(x1, y1, x2, y2)] if both else [])]
    return line + "".join(cross(*end[:2]) if lost else head(*end) for end in ends)


def head(x: float, y: float, from_x: float, from_y: float) -> str:
    if x == from_x:
        back = 7 if from_y > y else -7
        return f'<path class="head" d="M{x:g} {y:g}l-4 {back}h8z"/>'
    back = 8 if from_x > x else -8
    return f'<path class="head" d="M{x:g} {y:g}l{back} -4v8z"/>'


def cross(x: float, y: float) -> str:
    return f'<path class="lost" style="stroke-dasharray:none" d="M{x - 5:g} {y - 5:g}l10 10m0 -10l-10 10"/>'


# ------------------------------------------------------------------------------------------------ a conversation

PROGRAM, NETLYNX, KERNEL = 150, 430, 830

# Who says what to whom: "ask" and "give" between the program and netlynx; "send", "answer" and "tell" on the wire, of
# which the last comes on the subscription's own socket; "lose" is told, and does not come through.
CONVERSATION: tuple[tuple[str, str, str], ...] = (
    ("part", "A dump: one request, an answer in parts", ""),
    ("ask", "nl.dump(route.links())", ""),
    ("send", "RTM_GETLINK", "REQUEST|DUMP seq=1"),
    ("answer", "RTM_NEWLINK, RTM_NEWLINK …", "MULTI seq=1, a datagram"),
    ("give", "Link(name='lo'), Link(…) …", ""),
    ("answer", "RTM_NEWLINK …, NLMSG_DONE", "MULTI seq=1, the last one"),
    ("give", "Link(…), and the end", ""),
    ("part", "A change: acknowledged to who asked, told to all who listen", ""),
    ("ask", "nl.do(route.add(Address(…)))", ""),
    ("send", "RTM_NEWADDR", "REQUEST|ACK|EXCL|CREATE seq=2"),
    ("tell", "RTM_NEWADDR", "to the group, for subscriptions"),
    ("answer", "NLMSG_ERROR 0", "seq=2: it is done (or an errno, and why)"),
    ("give", "None (or raises AlreadyExists …)", ""),
    ("give", "Event(kind='new', record=Address(…))", ""),
    ("part", "An overrun: more is told than the socket's buffer takes", ""),
    ("tell", "RTM_NEWROUTE, RTM_NEWROUTE …", "faster than they are read"),
    ("lose", "RTM_NEWROUTE …", "ENOBUFS: the kernel drops them"),
    ("give", "Event(…) …, then Overrun", ""),
    ("ask", "reads the state anew (a mirror does)", ""),
)


def conversation() -> str:
    parts = [
        text("title", 28, 40, "A conversation on the wire"),
        text(
            "soft", 28, 62, "Requests have a socket, and each subscription one of its own: news never stand in the way."
        ),
    ]
    y, told = 120.0, []
    for sort, words, more in CONVERSATION:
        if sort == "part":
            told.append(box("floor", 20, y - 8, WIDTH - 40, 26))
            told.append(text("name", 36, y + 10, words))
            y += 44
            continue
        inner = sort in ("ask", "give")
        left, right = (PROGRAM, NETLYNX - 7) if inner else (NETLYNX + 7, KERNEL)
        middle = (left + right) / 2
        rightwards = sort in ("ask", "send")
        end = (left, right) if rightwards else (right, left)
        if sort == "lose":
            end = (right, middle - 60)
        told.append(text("lostword mono" if sort == "lose" else "code", middle, y - 6, words, "middle"))
        told.append(arrow(end[0], y, end[1], y, lost=sort == "lose"))
        if more:
            told.append(text("soft", middle, y + 16, more, "middle"))
        y += 34 if not more else 48
    for x, name, note in (
        (PROGRAM, "your program", "Python values"),
        (NETLYNX, "netlynx", "messages, in bytes"),
        (KERNEL, "the kernel", "real or virtual"),
    ):
        parts.append(f'<path class="life" d="M{x} 112V{y:g}"/>')
        parts.append(text("name", x, 90, name, "middle"))
        parts.append(text("soft", x, 106, note, "middle"))
    parts.append(box("act", NETLYNX - 7, 112, 14, y - 112))
    return picture(WIDTH, int(y + 16), "a dump, a change and an overrun, message by message", iter([*parts, *told]))


PICTURES = {"architecture.svg": house, "conversation.svg": conversation}


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (DOCS / name).write_text(draw())
