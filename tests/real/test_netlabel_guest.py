"""NetLabel in the guest, beside `netlabelctl`: what each sets, the other reads."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

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
    (found,) = nl.dump(netlabel.domains())
    assert (found.domain, found.protocol) == ("plain_t", Protocol.UNLABELED)
    assert 'domain: "plain_t"' in netlabelctl("-p map list")
