"""Runs a command while an interface has a bad network, and mends that however the command ends.

    python bad_network.py eth0 --delay 100ms --loss 1% -- curl https://example.org/
    python bad_network.py lo --rate 1mbit -- pytest tests/slow_clients.py

It ends as the command does. Where something else shapes the interface already, nothing is changed and nothing is run.
It needs CAP_NET_ADMIN, and the module sch_netem.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys

import netlynx
from netlynx import tc


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("interface")
    for name, example in {"delay": "100ms", "jitter": "10ms", "loss": "1%", "duplicate": "1%", "rate": "1mbit"}.items():
        parser.add_argument(f"--{name}", metavar=example)
    parser.add_argument("command", nargs="+")
    given = vars(parser.parse_args())
    interface, command = given.pop("interface"), given.pop("command")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with netlynx.connect() as nl:
            if nl.count(tc.qdiscs(index=interface).where(kind="netem")):
                sys.exit(f"{interface} has a bad network already")
            nl.do(tc.impair(interface, **given))
            try:
                status = subprocess.run(command).returncode
                sys.exit(status if status >= 0 else 128 - status)  # of a signal's, as a shell says it
            finally:
                nl.do(tc.unimpair(interface))
    except (OSError, netlynx.NetlynxError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
