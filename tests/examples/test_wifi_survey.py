"""Base stations of a virtual kernel's nl80211; what a host without wireless says."""

from __future__ import annotations

from typing import Any

import pytest

from netlynx import netns
from netlynx.kernel import VirtualKernel
from netlynx.testing import default_kernel
from programs import FOLDER, run

HOME = b"\x01\x02\x82\x84" + b"\x00\x04home"  # rates, and the name


def served(interfaces: list[tuple[int, str]]) -> VirtualKernel:
    """A kernel that has these wireless interfaces, which see two base stations, and a third when they look."""
    import runpy

    program: dict[str, Any] = runpy.run_path(str(FOLDER / "wifi_survey.py"))
    wireless, bss = program["Wireless"], program["Bss"]
    kernel = VirtualKernel()
    service = kernel.family(wireless)
    seen = [
        bss(bssid="02:00:00:00:00:01", frequency=2412, signal=-7150, elements=HOME),
        bss(bssid="02:00:00:00:00:02", frequency=5180, signal=-4000, elements=b"\x00"),
    ]

    @service.interfaces
    def listed(request: Any) -> Any:
        return (wireless.Interface(index=index, name=name) for index, name in interfaces)

    @service.scans
    def scans(request: Any) -> Any:
        return (wireless.Scan(index=request.record.index, bss=each) for each in seen)

    @service.look
    def look(request: Any) -> None:
        seen.append(bss(bssid="02:00:00:00:00:03", frequency=2437, signal=-3000, elements=b"\x00\x03new"))
        service.looked(wireless.Scan(index=request.record.index))

    return kernel


@pytest.mark.namespace
def test_networks_are_listed_the_strongest_first(namespace: netns.NetworkNamespace) -> None:
    with served([(3, "wlan0")]) as kernel, default_kernel(kernel):
        assert run(namespace, "wifi_survey") == (
            0,
            "wlan0: 2 networks\n"
            "  -40.0 dBm  5180 MHz  02:00:00:00:00:02  \n"
            "  -71.5 dBm  2412 MHz  02:00:00:00:00:01  home\n",
            "",
        )
        status, out, _ = run(namespace, "wifi_survey", "--scan")
        assert status == 0
        assert out.splitlines()[:2] == ["wlan0: 3 networks", "  -30.0 dBm  2437 MHz  02:00:00:00:00:03  new"]


@pytest.mark.namespace
def test_without_wireless_it_says_so(namespace: netns.NetworkNamespace) -> None:
    with served([]) as kernel, default_kernel(kernel):
        assert run(namespace, "wifi_survey") == (1, "", "no wireless interface here\n")
    with VirtualKernel() as kernel, default_kernel(kernel):
        status, _, err = run(namespace, "wifi_survey")
    assert status == 1
    assert "no generic netlink family 'nl80211'" in err
    assert run(namespace, "wifi_survey", "--sacn")[0] == 2
