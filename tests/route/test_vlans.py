"""What is sent for VLANs of a bridge's ports, and what is refused before it is."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx import route
from netlynx.errors import EncodeError
from netlynx.route import BridgeFlags, BridgeSpec, BridgeVlan, Link


def said(operation: Any) -> list[tuple[int, str]]:
    return [(each.vid, each.flags.label) for each in operation.request.af_spec.vlans]


@pytest.mark.parametrize(
    ("vlans", "expected"),
    [
        (10, [(10, "")]),
        ("10", [(10, "")]),
        ("10-10", [(10, "")]),
        ("10-20", [(10, "range-begin"), (20, "range-end")]),
        (range(10, 21), [(10, "range-begin"), (20, "range-end")]),
        ("7, 10 - 12", [(7, ""), (10, "range-begin"), (12, "range-end")]),
        ([12, 7, 10, 11, 10], [(7, ""), (10, "range-begin"), (12, "range-end")]),
        ("1-4094", [(1, "range-begin"), (4094, "range-end")]),
    ],
    ids=str,
)
def test_vlans_have_several_spellings(vlans: Any, expected: list[tuple[int, str]]) -> None:
    for made in (route.add_vlans(5, vlans), route.delete_vlans(5, vlans), route.add_vlans(Link(index=5), vlans)):
        assert said(made) == expected
        assert made.request.index == 5  # type: ignore[attr-defined]
        assert made.request.af_spec.flags is None  # type: ignore[attr-defined]


def test_what_they_are_and_whose() -> None:
    made: Any = route.add_vlans(5, 10, untagged=True, pvid=True, own=True)
    assert said(made) == [(10, "pvid,untagged")]
    assert made.request.af_spec.flags is BridgeFlags.SELF
    assert route.delete_vlans(5, 10, own=True).request.af_spec.flags is BridgeFlags.SELF  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "vlans",
    [
        "",
        "x",
        "-",
        "10-",
        "-10",
        "20-10",
        "0",
        "4095",
        "1-4095",
        "10;20",
        "\u0661",
        0,
        -1,
        4095,
        [],
        [0],
        True,
        ["7"],
        1.5,
    ],
)
@pytest.mark.parametrize("verb", [route.add_vlans, route.delete_vlans])
def test_what_is_no_vlan_is_refused(verb: Any, vlans: Any) -> None:
    with pytest.raises(EncodeError, match=rf"^route\.{verb.__name__}\(vlans\): "):
        verb(5, vlans)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(EncodeError, match=r"^route\.add_vlans\(pvid\): "):
        route.add_vlans(5, "10-20", pvid=True)
    with pytest.raises(EncodeError, match=r"^route\.add_vlans\(port\): .*namespace"):
        route.add_vlans(Link(index=5, target_netnsid=3), 10)
    with pytest.raises(EncodeError, match=r"^route\.delete_vlans\(port\)"):
        route.delete_vlans(0, 10)


def test_the_verb_says_the_same() -> None:
    spec = BridgeSpec(vlans=(BridgeVlan(vid=10),))
    assert route.delete(Link(family="bridge", index=5, af_spec=spec)).payload == route.delete_vlans(5, 10).payload  # type: ignore[arg-type]
