"""Which process has how many sockets, the most first; again every few seconds, with what changed.

    python watch_sockets.py --top 10
    python watch_sockets.py --every 5 --protocol tcp

Sockets of other users' processes are counted as nobody's without root, and it says how many processes it could not look
into. It needs no privilege otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

import netlynx
from netlynx import diag


def counted(nl: netlynx.Connection, protocol: str | None) -> tuple[Counter[tuple[str, str]], str]:
    """How many sockets each process has of each kind, and how complete that is, in words."""
    sockets = nl.dump(diag.sockets(protocols=protocol)).all()
    held = diag.owners()  # looked for afterwards: who opened one has it still
    found: Counter[tuple[str, str]] = Counter()
    for each in sockets:
        state = each.state.label.lower() if each.state is not None else ""
        for who in {f"{owner.pid} {owner.name}" for owner in held.of(each)} or {"- nobody"}:
            found[who, f"{each.family.label.lower()} {state}"] += 1
    return found, str(held)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--top", type=int, default=20, metavar="N")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="again and again; once, unless given")
    parser.add_argument("--protocol", help="tcp, udp, unix, netlink …; all, unless given")
    options = parser.parse_args()
    before: Counter[tuple[str, str]] | None = None
    try:
        with netlynx.connect() as nl:
            while True:
                found, seen = counted(nl, options.protocol)
                for (process, kind), count in found.most_common(options.top):
                    change = f"{count - before[process, kind]:+}" if before is not None else ""
                    print(f"{count:6} {change:>5}  {process:24} {kind}")
                print(seen, flush=True)
                if options.every is None:
                    return
                before = found
                time.sleep(options.every)
    except (ValueError, netlynx.NetlynxError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
