"""The live page in a browser: a link comes by while it is open, in light and dark, and its policy refuses nothing."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlynx import netns, topology
from support import PATIENCE, needs_root
from topology.chromium import PROGRAM, Chromium

pytestmark = [
    pytest.mark.namespace,
    needs_root,
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed"),
]


@pytest.fixture
def live(namespace: netns.NetworkNamespace) -> Iterator[topology.Live]:
    with netns.inside(namespace):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=PATIENCE)
        with topology.Live(netns=namespace) as served:
            yield served


def test_a_link_comes_by_while_the_page_is_open(live: topology.Live, tmp_path: Path) -> None:
    with Chromium(str(tmp_path / "profile")) as browser:
        browser.call("Page.enable")
        browser.call("Page.addScriptToEvaluateOnNewDocument", source=NOTING)
        browser.call("Page.navigate", url=live.url)
        browser.wait("document.querySelector('[data-link]') !== null")
        assert browser.value("document.querySelectorAll('[data-link]').length") == 1
        for line in ("add br0 type bridge", "add came0 type veth peer name came1", "set came0 master br0"):
            subprocess.run(["ip", "link", *line.split()], check=True, timeout=PATIENCE)
        browser.wait("document.querySelectorAll('[data-link]').length === 4")
        browser.wait("document.querySelectorAll('.edge.port > title').length === 1")
        assert "+ came0 (veth) in here" in browser.value("document.getElementById('log').textContent")
        assert "live, as of" in browser.value("document.getElementById('state').textContent")
        papers = set()
        for scheme in ("light", "dark"):
            browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            papers.add(browser.value("getComputedStyle(document.querySelector('.paper')).fill"))
            shot = base64.b64decode(browser.call("Page.captureScreenshot")["data"])
            assert shot.startswith(b"\x89PNG")
            (tmp_path / f"{scheme}.png").write_bytes(shot)
        assert papers == {"rgb(255, 255, 255)", "rgb(20, 23, 28)"}
        subprocess.run(["ip", "link", "delete", "came0"], check=True, timeout=PATIENCE)
        browser.wait("document.querySelectorAll('[data-link]').length === 2")
        assert "- came1 (veth) in here" in browser.value("document.getElementById('log').textContent")
        assert browser.value("window.refused") == []


NOTING = """
window.refused = [];
document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.violatedDirective));
"""
