"""Keep a virtual address, and the default route, on the first of some uplinks that is up. Ends after so many moves."""

import sys

import netlynx
from netlynx import Connection, route

VIP, LENGTH, GATEWAY = "192.0.2.100", 24, "192.0.2.1"


def is_up(nl: Connection, index: int) -> bool:
    return nl.do(route.link(index=index)).operstate == route.OperState.UP


def take(nl: Connection, index: int) -> bool:
    before = nl.dump(route.addresses().where(address=VIP)).all()
    if [each.index for each in before] == [index]:
        return False
    for old in before:
        nl.do(route.delete(old))
    nl.do(route.add(route.Address(index=index, address=VIP, prefixlen=LENGTH)))
    nl.do(route.replace(route.Route(destination="default", gateway=GATEWAY, oif=index, metric=10)))
    print("now on", nl.do(route.link(index=index)).name, flush=True)
    return True


def main(moves: int, names: list[str]) -> None:
    with netlynx.connect() as nl, nl.subscribe(route.LINKS) as events:
        uplinks = [nl.do(route.link(name=name)).index for name in names]
        moves -= take(nl, next(index for index in uplinks if is_up(nl, index)))
        while moves > 0:
            event = events.get()
            if isinstance(event, netlynx.Overrun) or event.record.index in uplinks:
                up = [index for index in uplinks if is_up(nl, index)]
                moves -= bool(up) and take(nl, up[0])


main(int(sys.argv[1]), sys.argv[2:])
