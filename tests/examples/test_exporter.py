"""Scrapes of a namespace that is known, as Prometheus reads them."""

from __future__ import annotations

import re
import urllib.request

import pytest

import netlynx
from netlynx import netns, route
from programs import pair, run, started
from support import PATIENCE

LINE = re.compile(r'netlynx_[a-z_]+\{([a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\} -?[0-9.]+')


@pytest.mark.namespace
def test_it_tells_of_links_addresses_and_routes(nl: netlynx.Connection, namespace: netns.NetworkNamespace) -> None:
    odd = 'q"\\'
    nl.do(route.up("lo"))
    pair(nl, odd, "192.0.2.1/24")
    nl.batch(route.add(route.Route(destination=f"10.0.{n}.0/24", oif=odd, protocol="static")) for n in range(3))
    with started(namespace, "exporter", "--port", "0") as program:
        assert program.stdout is not None
        url = program.stdout.readline().strip()

        def get() -> tuple[str, str]:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return answer.headers["Content-Type"], answer.read().decode()

        kind, text = netns.run_in(namespace, get)
    assert kind.startswith("text/plain; version=0.0.4")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    assert 'netlynx_link_carrier{device="q\\"\\\\",kind="veth"} 1' in lines
    assert 'netlynx_addresses{family="inet",scope="global"} 1' in lines
    assert 'netlynx_routes{family="inet",table="254",protocol="static"} 3' in lines
    assert any(line.startswith('netlynx_link_rx_bytes_total{device="lo"}') for line in lines)


@pytest.mark.namespace
def test_a_namespace_that_is_not_there_is_told(namespace: netns.NetworkNamespace) -> None:
    status, _, err = run(namespace, "exporter", "--netns", "no-such-namespace")
    assert status == 1
    assert "open network namespace 'no-such-namespace'" in err
