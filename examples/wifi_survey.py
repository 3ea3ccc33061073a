"""Wireless networks around here, the strongest first, as each wireless interface saw them the last time it looked.

    python wifi_survey.py
    python wifi_survey.py --scan      # has the interfaces look now, which needs CAP_NET_ADMIN

netlynx has no room for nl80211: its family is declared here, as any other can be, by what linux/nl80211.h says. It
needs no privilege but for --scan. Where there is no wireless interface it says so.
"""

from __future__ import annotations

import argparse
import sys

import netlynx
from netlynx.generic import Family, do, dump, event
from netlynx.schema import Record, attr, binary, interface, mac, nest, s32, string, u32


class Bss(Record):
    """NL80211_BSS_*: a base station."""

    bssid: str | None = attr(1, mac)
    frequency: int | None = attr(2, u32)  # MHz
    elements: bytes | None = attr(6, binary)  # IEEE 802.11 information elements; number 0 is the name
    signal: int | None = attr(7, s32)  # hundredths of dBm

    @property
    def ssid(self) -> str:
        rest = self.elements or b""
        while len(rest) >= 2 and rest[0] != 0:
            rest = rest[2 + rest[1] :]
        return rest[2 : 2 + rest[1]].decode(errors="replace") if len(rest) >= 2 else ""


class Wireless(Family, name="nl80211"):
    """NL80211_CMD_* and NL80211_ATTR_*, as far as a survey goes."""

    class Interface(Record):
        index: int | None = attr(3, interface)
        name: str | None = attr(4, string)

    class Scan(Record):
        index: int | None = attr(3, interface)
        bss: Bss | None = attr(47, nest(Bss))

    interfaces = dump(5, reply=Interface, reply_number=7)
    scans = dump(32, request=Scan, reply=Scan, reply_number=34)
    look = do(33, request=Scan)
    looked = event(34, Scan, group="scan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scan", action="store_true", help="look now; waits 20 s at most for each interface")
    options = parser.parse_args()
    try:
        with netlynx.connect() as nl:
            interfaces = nl.dump(Wireless.interfaces()).all()
            if not interfaces:
                sys.exit("no wireless interface here")
            for each in interfaces:
                if options.scan:
                    with nl.subscribe(Wireless.looked) as events:
                        nl.do(Wireless.look(index=each.index))
                        while (
                            isinstance(event := events.get(timeout=20), netlynx.Event)
                            and event.record.index != each.index
                        ):
                            pass  # another one looked, too
                found = [scan.bss for scan in nl.dump(Wireless.scans(index=each.index)) if scan.bss is not None]
                print(f"{each.name}: {len(found)} networks")
                for bss in sorted(found, key=lambda bss: -(bss.signal or -10_000)):
                    print(f"{(bss.signal or 0) / 100:7.1f} dBm  {bss.frequency} MHz  {bss.bssid}  {bss.ssid}")
    except netlynx.NetlynxError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
