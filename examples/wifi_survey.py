"""Wireless networks around here, the strongest first, as each wireless interface saw them the last time it looked.

    python wifi_survey.py
    python wifi_survey.py --scan      # has the interfaces look now, which needs CAP_NET_ADMIN
    python wifi_survey.py --channels  # how busy each channel is, too

It needs no privilege but for --scan. Where there is no wireless interface it says so.
"""

from __future__ import annotations

import argparse
import sys

import netlynx
from netlynx import nl80211


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scan", action="store_true", help="look now, and wait until that is done")
    parser.add_argument("--channels", action="store_true", help="show how busy each channel is, too")
    options = parser.parse_args()
    try:
        with netlynx.connect() as nl:
            interfaces = [each for each in nl.dump(nl80211.interfaces()) if each.index]
            if not interfaces:
                sys.exit("no wireless interface here")
            for each in interfaces:
                index = each.index or 0
                seen = nl80211.scan_results(index)
                found = nl.do(nl80211.scan(index)) if options.scan else nl.dump(seen).all()
                print(f"{each.name}: {len(found)} networks")
                for bss in sorted(found, key=lambda bss: -(bss.signal or -100)):
                    print(f"{bss.signal:7.1f} dBm  {bss.frequency} MHz  {bss.bssid}  {bss.ssid} ({bss.security})")
                if options.channels:
                    for channel in nl.dump(nl80211.surveys(index)):
                        if channel.active:
                            busy = 100 * (channel.busy or 0) / channel.active
                            print(f"{channel.frequency} MHz: {channel.noise} dBm of noise, busy for {busy:.0f} %")
    except netlynx.NetlynxError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
