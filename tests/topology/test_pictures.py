"""What pictures of all forms show, what they fold, and that no text of an SVG stands on another."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from netlynx import topology
from netlynx.topology import FOLD, Link, Listener, Namespace, Topology, build
from netlynx.topology.folding import drawing
from support import PATIENCE
from topology.worlds import containers, many, three

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = 'a"b]<&>\u202e\x1b[2J`|{}\udcff'

TREE = """\
3 namespaces, 17 links

host  (the caller's, 7 processes)
├─ lo  loopback
└─ br0  bridge  filters VLANs  10.0.0.1/24
   ├─ to-blue  veth  port  vlans 10pu  <-> blue:eth0
   ├─ to-red  veth  port  vlans 20-30  <-> red:eth0
   └─ br0.7  vlan  vlan 7

blue
  default via 10.0.0.1 dev eth0
├─ lo  loopback
├─ eth0  veth  <-> host:to-blue
│  ├─ gre7  gre  route to 10.0.0.3  to 10.0.0.3
│  └─ vx1  vxlan  DOWN  bound to it  vni 43, to 10.0.0.3
└─ mid  veth  <-> red:mid

red
├─ lo  loopback
├─ vrf7  vrf  table 107
│  └─ eth0  veth  in the VRF  <-> host:to-red
├─ mid  veth  <-> blue:mid
├─ bond0  bond  DOWN  mode active-backup
│  └─ d0  veth  member  <-> d1
└─ d1  veth  <-> d0"""


def test_the_tree_of_a_terminal() -> None:
    assert topology.text(build(three())) == TREE


@pytest.mark.parametrize("width", [40, 80])
def test_lines_of_the_tree_keep_to_the_width(width: int) -> None:
    drawn = topology.text(build([*three(), *containers(20)]), width=width)
    assert max(map(len, drawn.splitlines())) <= width


def texts(picture: str) -> list[tuple[float, float, float, float, str]]:
    """The place of each text of an SVG, as if its letters were as wide as those of no monospaced font are."""
    found = []
    sizes = {"t": 17, "h": 15, "b": 13, "n": 13}

    def walk(element: Any, x: float, y: float) -> None:
        moved = re.fullmatch(r"translate\(([\d.-]+) ([\d.-]+)\)", element.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if element.tag == f"{SVG}text":
            size = sizes.get(element.get("class"), 11)
            left, base = x + float(element.get("x")), y + float(element.get("y"))
            wide = len(element.text or "") * size * 0.61
            if element.get("text-anchor") == "end":
                left -= wide
            found.append((left, base - 0.75 * size, left + wide, base + 0.2 * size, element.text or ""))
        for child in element:
            walk(child, x, y)

    walk(ElementTree.fromstring(picture), 0, 0)
    return found


def overlapping(places: list[tuple[float, float, float, float, str]]) -> list[tuple[str, str]]:
    places = sorted(places, key=lambda each: each[1])
    wrong = []
    for number, a in enumerate(places):
        for b in places[number + 1 :]:
            if b[1] >= a[3]:
                break
            if a[0] < b[2] and b[0] < a[2]:
                wrong.append((a[4], b[4]))
    return wrong


WORLDS = {
    "three": three,
    "60 links": lambda: containers(28),
    "1,000 links": lambda: many(500),
    "500 namespaces": lambda: containers(500),
    "all of them": lambda: [*three()[1:], *containers(14)],
}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("fold", [FOLD, None])
def test_no_text_of_a_picture_stands_on_another_or_outside(world: str, fold: int | None) -> None:
    picture = topology.svg(build(WORLDS[world]()), fold=fold)
    root = ElementTree.fromstring(picture)
    places = texts(picture)
    assert len(places) > 5
    assert overlapping(places) == []
    wide, high = float(root.get("width", "")), float(root.get("height", ""))
    assert [each for each in places if each[0] < 0 or each[1] < 0 or each[2] > wide or each[3] > high] == []


def test_boxes_stand_beside_each_other() -> None:
    root = ElementTree.fromstring(topology.svg(build(containers(28)), fold=None))
    boxes = []
    for each in root.iter(f"{SVG}rect"):
        if each.get("class", "").split()[:1] == ["box"]:
            x, y, wide, high = (float(each.get(name, "")) for name in ("x", "y", "width", "height"))
            boxes.append((x, y, x + wide, y + high))
    assert len(boxes) == 29
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_a_text_that_overlaps_would_be_seen() -> None:
    assert overlapping([(0, 0, 10, 10, "a"), (5, 5, 15, 15, "b"), (0, 20, 9, 30, "c")]) == [("a", "b")]


def test_many_alike_are_folded_and_told() -> None:
    found = build(many(500))
    tree = topology.text(found)
    assert "(497 more: veth3 … veth499)  497 <-> (497 more)" in tree
    assert "994 links alike are folded" in tree
    assert len(topology.text(found, fold=None).splitlines()) == 1005
    picture = topology.svg(found)
    assert "497 more: veth3 … veth499" in picture
    assert "994 links alike are folded: `netlynx topology --unfold`" in picture
    assert "497 times two ends of a pair" in picture
    assert picture.count("data-link=") == 8
    assert topology.svg(found, fold=None).count("data-link=") == 1002
    assert len(json.loads(topology.as_json(found))["namespaces"][0]["links"]) == 1002


def test_namespaces_alike_are_folded_and_told() -> None:
    found = build(containers(40))
    assert "(37 more like these: c3 … c39)" in topology.text(found)
    assert "(37 more: veth3 … veth39)  37 <-> 37 more namespaces" in topology.text(found)
    assert topology.svg(found).count("data-namespace=") == 5
    assert topology.svg(found, fold=None).count("data-namespace=") == 41


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("fold", [FOLD, None])
def test_every_link_and_every_edge_has_its_place(world: str, fold: int | None) -> None:
    found = build(WORLDS[world]())
    drawn = drawing(found, fold)
    assert drawn.places.keys() == found.links.keys()
    joined = sum(row.edge is not None and not row.folded for _, row, _ in drawn.rows())
    crossing = sum(each.count for each in drawn.crossings)
    within = sum(len(row.links) for _, row, _ in drawn.rows() if row.folded and row.edge is not None)
    assert joined + crossing + within == len(found.edges)


def test_down_links_are_pale() -> None:
    picture = topology.svg(build(three()))
    assert '<g class="card down" data-link="200/4">' in picture
    assert '<g class="card" data-link="200/2">' in picture
    assert "@media (prefers-color-scheme: dark)" in picture


def test_what_is_cut_is_whole_in_the_tooltip() -> None:
    found = build(three())
    space = found.namespaces[0]
    long = msgspec.structs.replace(space.links[1], detail="x" * 90)
    space = msgspec.structs.replace(space, links=(space.links[0], long))
    picture = topology.svg(Topology((space,)))
    assert "x" * 90 in picture
    assert re.search(r">x{20,60}…<", picture)


def test_what_listens_is_told_and_how_much_more() -> None:
    found = tuple(Listener("tcp", "0.0.0.0", port, None, (f"web[{port}]",)) for port in range(80, 95))
    space = Namespace("1", "host", links=(Link("1/1", "1", 1, "lo", "loopback", True, "unknown"),), listeners=found)
    seen = Topology((space,))
    assert "  listens: tcp *:80 web[80]" in topology.text(seen)
    assert "+ 5 more that listen" in topology.svg(seen)
    assert "tcp *:94 web[94]" in topology.svg(seen)  # in the tooltip


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_it(world: str) -> None:
    graph = topology.dot(build(WORLDS[world]()))
    done = subprocess.run(["dot", "-Tplain"], input=graph, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stderr == ""
    found = build(WORLDS[world]())
    assert done.stdout.count("\nnode ") == len({*drawing(found).places.values()})


MERMAID = re.compile(
    r"flowchart TB|  %% [^{}]*|  subgraph n\d+\[TEXT\]|    [nl]\d+_?\[TEXT\]|  end"
    r"|  [nl]\d+ (---|<-->|-->|-\.->)\|TEXT\| [nl]\d+|  classDef down [\w:, .-]+|  class l\d+(,l\d+)* down".replace(
        "TEXT", r'"(?:[\w .,:/+*()…–-]|<br>|#\d+;)*"'
    )
)


@pytest.mark.parametrize("world", WORLDS)
def test_a_flowchart_is_of_lines_that_mermaid_knows(world: str) -> None:
    """As `mermaid.parse` of version 11 takes them: within quotes nothing but letters, entities and line breaks."""
    lines = topology.mermaid(build(WORLDS[world]())).splitlines()
    assert [line for line in lines if MERMAID.fullmatch(line) is None] == []
    made = {name for line in lines if (name := re.match(r" +(?:subgraph )?([nl]\d+)\[", line))}
    assert len(made) >= 3


def test_names_may_be_anything() -> None:
    links = tuple(Link(f"1/{n}", "1", n, f"{HOSTILE}{n}", HOSTILE, True, HOSTILE, alias=HOSTILE) for n in range(3))
    space = Namespace("1", HOSTILE, links=links, unseen=HOSTILE)
    found = Topology((space,), notes=(HOSTILE,))
    root = ElementTree.fromstring(topology.svg(found).encode())
    assert root.find(f".//{SVG}g[@data-link='1/0']") is not None
    assert [line for line in topology.mermaid(found).splitlines() if MERMAID.fullmatch(line) is None] == []
    assert json.loads(topology.as_json(found))["namespaces"][0]["label"] == HOSTILE
    if shutil.which("dot") is not None:
        graph = topology.dot(found)
        subprocess.run(["dot", "-Tplain"], input=graph, text=True, capture_output=True, timeout=PATIENCE, check=True)


def test_json_becomes_the_same_again() -> None:
    found = build(three())
    assert msgspec.json.decode(topology.as_json(found), type=Topology) == found
