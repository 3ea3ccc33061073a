"""Keep a virtual address, and the default route, on the first of some uplinks that is up. Ends after so many moves."""

import sys

from pyroute2 import IPRoute

VIP, LENGTH, GATEWAY = "192.0.2.100", 24, "192.0.2.1"


def is_up(ipr, index):
    return ipr.get_links(index)[0].get_attr("IFLA_OPERSTATE") == "UP"


def holders(ipr):
    return [msg["index"] for msg in ipr.get_addr(match=lambda msg: msg.get_attr("IFA_ADDRESS") == VIP)]


def take(ipr, index):
    before = holders(ipr)
    if before == [index]:
        return False
    for old in before:
        ipr.addr("del", index=old, address=VIP, prefixlen=LENGTH)
    ipr.addr("add", index=index, address=VIP, prefixlen=LENGTH)
    ipr.route("replace", dst="default", gateway=GATEWAY, oif=index, priority=10)
    print("now on", ipr.get_links(index)[0].get_attr("IFLA_IFNAME"), flush=True)
    return True


def main(moves, names):
    with IPRoute() as ipr, IPRoute() as events:
        events.bind()
        uplinks = [ipr.link_lookup(ifname=name)[0] for name in names]
        moves -= take(ipr, next(index for index in uplinks if is_up(ipr, index)))
        while moves > 0:
            for msg in events.get():
                if msg["event"] == "RTM_NEWLINK" and msg["index"] in uplinks:
                    up = [index for index in uplinks if is_up(ipr, index)]
                    moves -= bool(up) and take(ipr, up[0])


main(int(sys.argv[1]), sys.argv[2:])
