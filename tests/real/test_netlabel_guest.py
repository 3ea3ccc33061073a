"""NetLabel in the guest, beside `netlabelctl`: what each sets, the other reads."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

import netlynx
from forking import typed
from netlynx.families import netlabel
from netlynx.families.netlabel import Category, Level, Mapping, Protocol, Tag
from support import IN_GUEST, PATIENCE

pytestmark = pytest.mark.guest


def netlabelctl(words: str) -> str:
    done = subprocess.run(["netlabelctl", *words.split()], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def nl() -> Iterator[netlynx.Connection]:
    """The initial namespace, the only one that has it: of this machine nothing is changed."""
    if not IN_GUEST:
        pytest.skip("labels are the whole machine's: `make test-vm` has one of its own")
    if shutil.which("netlabelctl") is None:
        pytest.skip("no netlabelctl: apt-get install netlabel-tools")
    with netlynx.connect(timeout=PATIENCE) as connection:
        yield connection


def test_protocols_and_what_has_no_label(nl: netlynx.Connection) -> None:
    assert nl.do(netlabel.version()).version == 3
    protocols = {each.protocol for each in nl.dump(netlabel.protocols())}
    assert {Protocol.UNLABELED, Protocol.CIPSOV4} <= protocols
    assert len(netlabelctl("mgmt protocols").split(",")) == len(protocols)
    for accepted, words in ((False, "off"), (True, "on")):
        nl.do(netlabel.set_acceptance(accepted=accepted))
        assert f"accept:{words}" in netlabelctl("unlbl list")
        assert nl.do(netlabel.acceptance()).accepted is accepted
    netlabelctl("unlbl accept off")
    assert nl.do(netlabel.acceptance()).accepted is False
    netlabelctl("unlbl accept on")


def test_domains_of_interpretation(nl: netlynx.Connection) -> None:
    nl.do(
        netlabel.add_cipso(
            doi=7,
            mapping="trans",
            tags=["rbitmap"],
            levels=[Level(local=0, remote=1), Level(local=1, remote=2)],
            categories=[Category(local=0, remote=5)],
        )
    )
    netlabelctl("cipsov4 add pass doi:8 tags:1,2")
    assert {(each.doi, each.mapping) for each in nl.dump(netlabel.cipsos())} == {(7, Mapping.TRANS), (8, Mapping.PASS)}
    shown = netlabelctl("cipsov4 list")
    assert "7,TRANSLATED" in shown
    assert "8,PASS_THROUGH" in shown
    one = nl.do(netlabel.cipso(doi=7))
    assert one.tags == (Tag.RBITMAP,)
    assert nl.do(netlabel.cipso(doi=8)).tags == (Tag.RBITMAP, Tag.ENUM)
    assert [(each.local, each.remote) for each in one.levels] == [(0, 1), (1, 2)]
    assert [(each.local, each.remote) for each in one.categories] == [(0, 5)]
    assert "0=1" in netlabelctl("cipsov4 list doi:7")
    assert '"pass"' in typed("family", "nlbl_cipsov4", "do", "list", "doi=8")

    nl.do(netlabel.add_calipso(doi=9, mapping="pass"))
    assert "9,PASS_THROUGH" in netlabelctl("calipso list")
    assert [(each.doi, each.mapping) for each in nl.dump(netlabel.calipsos())] == [(9, Mapping.PASS)]
    assert nl.do(netlabel.calipso(doi=9)).mapping == Mapping.PASS

    for doi in (7, 8):
        nl.do(netlabel.delete_cipso(doi=doi))
    nl.do(netlabel.delete_calipso(doi=9))
    assert nl.dump(netlabel.cipsos()).all() == nl.dump(netlabel.calipsos()).all() == []


def test_static_labels_need_a_security_module(nl: netlynx.Connection) -> None:
    """The guest has none that knows contexts: what is asked is refused, and the lists are empty."""
    assert nl.dump(netlabel.statics()).all() == nl.dump(netlabel.static_defaults()).all() == []
    with pytest.raises(netlynx.NetlinkError):
        nl.do(netlabel.add_static(interface="lo", address="127.0.0.0", mask="255.0.0.0", context="a:b:c:s0"))


def test_domains(nl: netlynx.Connection) -> None:
    nl.do(netlabel.add_domain(domain="plain_t", protocol="unlabeled"))
    (found,) = [each for each in nl.dump(netlabel.domains()) if each.domain == "plain_t"]
    assert found.protocol == Protocol.UNLABELED
    assert 'domain: "plain_t"' in netlabelctl("-p map list")
    assert "plain_t" in typed("family", "nlbl_mgmt", "dump", "listall")
    nl.do(netlabel.delete_domain(domain="plain_t"))
    assert nl.dump(netlabel.domains()).all() == []


# A domain by address, in both families: with which mask, how netlabelctl writes that, by what it is labelled.
SELECTED = (
    ("10.0.0.0", "255.0.0.0", "10.0.0.0/8", {"protocol": "cipsov4", "cipso": 3}, "CIPSOv4,3"),
    ("10.1.0.0", "255.255.0.0", "10.1.0.0/16", {"protocol": "unlabeled"}, "UNLABELED"),
    ("0.0.0.0", "0.0.0.0", "0.0.0.0/0", {"protocol": "unlabeled"}, "UNLABELED"),
    ("2001:db8::", "ffff:ffff::", "2001:db8::/32", {"protocol": "calipso", "calipso": 4}, "CALIPSO,4"),
    ("::", "::", "::/0", {"protocol": "unlabeled"}, "UNLABELED"),
)


@pytest.fixture
def interpretations(nl: netlynx.Connection) -> Iterator[None]:
    """Domains of interpretation that are referred to: 3 of CIPSO, 4 of CALIPSO."""
    nl.do(netlabel.add_cipso(doi=3, mapping="pass", tags=["rbitmap"]))
    nl.do(netlabel.add_calipso(doi=4, mapping="pass"))
    yield
    nl.do(netlabel.delete_cipso(doi=3))
    nl.do(netlabel.delete_calipso(doi=4))


def mapped(domain: str) -> set[tuple[str, str]]:
    """What netlabelctl lists of a domain: addresses, each with its protocol."""
    found = set()
    for words in netlabelctl("map list").split():
        name, _, rest = words.removeprefix("domain:").partition(",")
        if name == domain:
            found |= set(re.findall(r"address:([^,]+),protocol:(.+?)(?=,address:|$)", rest))
    return found


def test_domains_by_address_are_those_of_netlabelctl(nl: netlynx.Connection, interpretations: None) -> None:
    for address, mask, _, said, _ in SELECTED:
        nl.do(netlabel.add_domain(domain="made_t", address=address, mask=mask, **said))
    assert mapped('"made_t"') == {(prefix, words) for _, _, prefix, _, words in SELECTED}
    for _, _, prefix, _, words in SELECTED:
        spoken = words.replace("UNLABELED", "unlbl").lower()
        netlabelctl(f"map add domain:read_t address:{prefix} protocol:{spoken}")
    wanted = [
        (address, mask, said["protocol"], said.get("cipso"), said.get("calipso"))
        for address, mask, _, said, _ in SELECTED
    ]
    for domain in ("made_t", "read_t"):
        told = [each for each in nl.dump(netlabel.domains()) if each.domain == domain]
        assert sorted(each.family or 0 for each in told) == [2, 10]
        selectors = [
            (one.address, one.mask, one.protocol and one.protocol.label, one.cipso, one.calipso)
            for each in told
            for one in each.selectors or ()
        ]
        assert sorted(selectors) == sorted(wanted)
        nl.do(netlabel.delete_domain(domain=domain))
    assert nl.dump(netlabel.domains()).all() == []


def test_the_default_by_address(nl: netlynx.Connection, interpretations: None) -> None:
    before = nl.do(netlabel.default(family=2))
    assert before.protocol == Protocol.UNLABELED
    netlabelctl("map del default")
    try:
        for address, mask, _, said, _ in SELECTED:
            nl.do(netlabel.set_default(address=address, mask=mask, **said))
        assert mapped("DEFAULT") == {(prefix, words) for _, _, prefix, _, words in SELECTED}
        for family, many in ((2, 3), (10, 2)):
            told = nl.do(netlabel.default(family=family))
            assert (told.family, len(told.selectors or ())) == (family, many)
    finally:
        nl.do(netlabel.delete_default())
        nl.do(netlabel.set_default(protocol="unlabeled"))
    assert nl.do(netlabel.default(family=2)) == before


# What the kernel refuses without a word; what is said of it then.
WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"protocol": "unlabeled", "address": "10.0.0.0"}, "has a mask"),
    ({"protocol": "unlabeled", "mask": "255.0.0.0"}, "has an address"),
    ({"protocol": "unlabeled", "address": "10.0.0.0", "mask": "ffff::"}, "has a mask"),
    ({"protocol": "cipsov4"}, "`cipso`"),
    ({"protocol": "calipso"}, "`calipso`"),
    ({"protocol": "cipsov4", "cipso": 3, "address": "2001:db8::", "mask": "ffff:ffff::"}, "IPv4 alone"),
    ({"protocol": "calipso", "calipso": 4, "address": "10.0.0.0", "mask": "255.0.0.0"}, "IPv6 alone"),
    ({"protocol": "cipsov4", "cipso": 99}, "cipsos()"),
    ({"protocol": "calipso", "calipso": 99}, "calipsos()"),
    ({"protocol": "none"}, "unlabeled, cipsov4 or calipso"),
    ({"protocol": "addrselect"}, "unlabeled, cipsov4 or calipso"),
)


@pytest.mark.parametrize(("said", "why"), WRONG)
def test_what_is_refused_is_explained(
    nl: netlynx.Connection, interpretations: None, said: dict[str, Any], why: str
) -> None:
    for operation in (netlabel.add_domain(domain="bad_t", **said), netlabel.set_default(**said)):
        with pytest.raises(netlynx.NetlinkError, match=re.escape(why)):
            nl.do(operation)
    assert nl.dump(netlabel.domains()).all() == []


def test_what_there_is_and_is_not(nl: netlynx.Connection, interpretations: None) -> None:
    twice = netlabel.add_domain(domain="made_t", protocol="unlabeled", address="10.0.0.0", mask="255.0.0.0")
    nl.do(twice)
    for operation, error, why in (
        (twice, netlynx.AlreadyExists, "domains() lists"),
        (netlabel.delete_domain(domain="other_t"), netlynx.NotFound, "domains() lists"),
        (netlabel.delete_cipso(doi=99), netlynx.NotFound, "cipsos() lists"),
        (netlabel.delete_calipso(doi=99), netlynx.NotFound, "calipsos() lists"),
        (netlabel.add_cipso(doi=3, mapping="pass", tags=["rbitmap"]), netlynx.AlreadyExists, "cipsos() lists"),
    ):
        with pytest.raises(error, match=re.escape(why)):
            nl.do(operation)
    nl.do(netlabel.delete_domain(domain="made_t"))
