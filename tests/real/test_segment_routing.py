"""Keys of segment routing, and in-situ OAM: beside `ip sr` and `ip ioam`."""

from __future__ import annotations

import pytest

import netlynx
from conftest import Ip
from netlynx import ioam6, seg6
from netlynx.ioam6 import Attachment, Namespace, Schema
from netlynx.seg6 import Key

pytestmark = pytest.mark.namespace


def has(nl: netlynx.Connection, listing: object) -> None:
    try:
        nl.dump(listing).all()  # type: ignore[call-overload]
    except netlynx.NetlinkError as error:
        pytest.skip(str(error))


def keys_here(nl: netlynx.Connection) -> list[dict[str, object]]:
    return [
        {"hmac": each.id, "algo": str(each.algorithm), "secret": (each.secret or b"").decode()}
        for each in nl.dump(seg6.keys())
    ]


def test_keys_beside_ip(nl: netlynx.Connection, ip: Ip) -> None:
    has(nl, seg6.keys())
    ip("sr hmac set 17 sha256", stdin="left-hand\n")
    nl.do(seg6.set_key(Key(id=18, algorithm="sha1", secret=b"right-hand")))
    found = keys_here(nl)
    assert sorted(found, key=str) == sorted(ip.json("sr hmac show"), key=str)
    assert {(each["hmac"], each["secret"]) for each in found} == {(17, "left-hand"), (18, "right-hand")}
    nl.do(seg6.set_key(Key(id=18, algorithm="sha256", secret=b"another")))
    assert {"hmac": 18, "algo": "sha256", "secret": "another"} in ip.json("sr hmac show")
    for each in nl.dump(seg6.keys()).all():
        nl.do(seg6.delete_key(each))
    assert nl.dump(seg6.keys()).all() == []
    with pytest.raises(netlynx.NotFound):
        nl.do(seg6.delete_key(Key(id=17)))


def test_the_source_beside_ip(nl: netlynx.Connection, ip: Ip) -> None:
    has(nl, seg6.keys())
    ip("sr tunsrc set 2001:db8::1")
    assert nl.do(seg6.source()).address == "2001:db8::1"
    nl.do(seg6.set_source("2001:db8::2"))
    assert ip.json("sr tunsrc show") == [{"tunsrc": "2001:db8::2"}]
    nl.do(seg6.set_source("::"))
    assert nl.do(seg6.source()).address == "::"


def test_namespaces_and_schemas_beside_ip(nl: netlynx.Connection, ip: Ip) -> None:
    has(nl, ioam6.namespaces())
    ip("ioam namespace add 5 data 0x7 wide 0x9")
    ip("ioam namespace add 6")
    ip("ioam schema add 3 abcde")
    ip("ioam namespace set 5 schema 3")
    nl.do(ioam6.add(Namespace(id=7, data=8, data_wide=1 << 40)))
    nl.do(ioam6.add(Schema(id=4, data=b"east")))
    nl.do(ioam6.set_schema(Attachment(namespace=7, schema=4)))

    found = nl.dump(ioam6.namespaces()).all()
    assert {(each.id, each.data, each.data_wide, each.schema) for each in found} == {
        (5, 7, 9, 3),
        (6, None, None, None),
        (7, 8, 1 << 40, 4),
    }
    shown = sorted(ip("ioam namespace show").split("\n"))
    assert [line for line in shown if line] == [
        "namespace 5 [schema 3], data 0x00000007, wide 0x0000000000000009",
        "namespace 6",
        "namespace 7 [schema 4], data 0x00000008, wide 0x0000010000000000",
    ]
    schemas = nl.dump(ioam6.schemas()).all()
    assert {(each.id, each.data, each.namespace) for each in schemas} == {(3, b"abcde\0\0\0", 5), (4, b"east", 7)}
    assert "schema 4 [namespace 7], data: 65 61 73 74" in " ".join(ip("ioam schema show").split())

    with pytest.raises(netlynx.AlreadyExists):
        nl.do(ioam6.add(Namespace(id=5)))
    with pytest.raises(netlynx.NotFound):
        nl.do(ioam6.set_schema(Attachment(namespace=99, schema=4)))
    nl.do(ioam6.set_schema(Attachment(namespace=7, none=True)))
    assert {each.id: each.schema for each in nl.dump(ioam6.namespaces())} == {5: 3, 6: None, 7: None}
    for each in (*found, *schemas):
        nl.do(ioam6.delete(each))
    assert (nl.dump(ioam6.namespaces()).all(), nl.dump(ioam6.schemas()).all()) == ([], [])
    with pytest.raises(netlynx.NotFound):
        nl.do(ioam6.delete(Schema(id=3)))
