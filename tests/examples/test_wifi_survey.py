"""Networks of a virtual kernel's nl80211; what a host without wireless says."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx import netns
from netlynx.kernel import VirtualKernel
from netlynx.nl80211 import Bss, Interface, Nl80211, Scan, Survey
from netlynx.testing import default_kernel
from programs import run

HOME = b"\x01\x02\x82\x84" + b"\x00\x04home"  # rates, and the name


def served(interfaces: list[tuple[int, str]]) -> VirtualKernel:
    """A kernel that has these wireless interfaces, which see two networks, and a third when they look."""
    kernel = VirtualKernel()
    service = kernel.family(Nl80211)
    seen = [
        Bss(bssid="02:00:00:00:00:01", frequency=2412, signal=-71.5, elements=HOME),
        Bss(bssid="02:00:00:00:00:02", frequency=5180, signal=-40, elements=b"\x00\x00", capability=["privacy"]),
    ]

    @service.interfaces
    def listed(request: Any) -> Any:
        return (Interface(index=index, name=name) for index, name in interfaces)

    @service.scan_results
    def results(request: Any) -> Any:
        return (each.replace(index=request.record.index) for each in seen)

    @service.surveys
    def surveys(request: Any) -> Any:
        return [
            Survey(index=request.record.index, frequency=2412, noise=-92, active=200, busy=50),
            Survey(index=request.record.index, frequency=2417, noise=-92, active=0, busy=0),
        ]

    @service.trigger_scan
    def look(request: Any) -> None:
        seen.append(Bss(bssid="02:00:00:00:00:03", frequency=2437, signal=-30, elements=b"\x00\x03new"))
        service.scan_done(Scan(index=request.record.index))

    return kernel


@pytest.mark.namespace
def test_networks_are_listed_the_strongest_first(namespace: netns.NetworkNamespace) -> None:
    with served([(3, "wlan0")]) as kernel, default_kernel(kernel):
        assert run(namespace, "wifi_survey", "--channels") == (
            0,
            "wlan0: 2 networks\n"
            "  -40.0 dBm  5180 MHz  02:00:00:00:00:02   (WEP)\n"
            "  -71.5 dBm  2412 MHz  02:00:00:00:00:01  home (open)\n"
            "2412 MHz: -92 dBm of noise, busy for 25 %\n",
            "",
        )
        status, out, _ = run(namespace, "wifi_survey", "--scan")
        assert status == 0
        assert out.splitlines()[:2] == ["wlan0: 3 networks", "  -30.0 dBm  2437 MHz  02:00:00:00:00:03  new (open)"]


@pytest.mark.namespace
def test_without_wireless_it_says_so(namespace: netns.NetworkNamespace) -> None:
    with served([]) as kernel, default_kernel(kernel):
        assert run(namespace, "wifi_survey") == (1, "", "no wireless interface here\n")
    with VirtualKernel() as kernel, default_kernel(kernel):
        status, _, err = run(namespace, "wifi_survey")
    assert status == 1
    assert "no generic netlink family 'nl80211'" in err
    assert run(namespace, "wifi_survey", "--sacn")[0] == 2
