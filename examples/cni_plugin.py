"""A CNI plugin: a veth pair into a container's namespace, with an address there and a default route to the host.

    CNI_COMMAND=ADD CNI_CONTAINERID=c1 CNI_NETNS=/run/netns/c1 CNI_IFNAME=eth0 cni_plugin.py < net.conf
    {"cniVersion": "1.0.0", "name": "net", "type": "cni_plugin.py", "address": "10.1.0.2/32", "gateway": "10.1.0.1"}

The second line is such a file. What it prints is CNI's JSON. It needs CAP_NET_ADMIN and CAP_SYS_ADMIN.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import Any

import netlynx
from netlynx import Connection, route

VERSION = "1.0.0"


def add(outside: Connection, inside: Connection, host: str, name: str, address: str, gateway: str) -> dict[str, Any]:
    veth = route.Veth(peer=route.Link(name=name, netns_fd=os.environ["CNI_NETNS"]))
    outside.do(route.add(route.Link(name=host, kind="veth", data=veth)))
    try:
        outside.do(route.add(route.Address(index=host, address=gateway)))
        inside.do(route.add(route.Address(index=name, address=address)))
        outside.do(route.up(host))
        inside.do(route.up(name))
        outside.do(route.add(route.Route(destination=address.partition("/")[0], oif=host)))
        inside.do(route.add(route.Route(destination=gateway, oif=name)))
        inside.do(route.add(route.Route(destination="default", gateway=gateway, oif=name)))
        macs = [nl.do(route.link(name=end)).address for nl, end in ((outside, host), (inside, name))]
    except BaseException:
        outside.do(route.delete(route.Link(name=host)))  # all of it or nothing
        raise
    interfaces = [{"name": host, "mac": macs[0]}, {"name": name, "mac": macs[1], "sandbox": os.environ["CNI_NETNS"]}]
    routes = [{"dst": "::/0" if ":" in gateway else "0.0.0.0/0", "gw": gateway}]
    ips = [{"address": address, "gateway": gateway, "interface": 1}]
    return {"cniVersion": VERSION, "interfaces": interfaces, "ips": ips, "routes": routes}


def check(outside: Connection, inside: Connection, host: str, name: str, address: str, gateway: str) -> None:
    outside.do(route.link(name=host))  # NotFound where there is none
    addresses = route.addresses(index=name).where(address=address.partition("/")[0])
    if not inside.count(addresses) or not inside.count(route.routes(oif=name, table=254).where(gateway=gateway)):
        raise LookupError(f"{name} lacks the address {address} or the route by {gateway}")


def answer() -> dict[str, Any] | None:
    command = os.environ["CNI_COMMAND"]
    if command == "VERSION":
        return {"cniVersion": VERSION, "supportedVersions": [VERSION]}
    config, name = json.load(sys.stdin), os.environ["CNI_IFNAME"]
    if config["cniVersion"] != VERSION:
        raise NotImplementedError(f"CNI {config['cniVersion']}: this plugin speaks {VERSION}")
    host = "veth" + hashlib.sha256(f"{config['name']} {os.environ['CNI_CONTAINERID']} {name}".encode()).hexdigest()[:11]
    with netlynx.connect() as outside:
        if command == "DEL":
            outside.do(route.flush(route.links().where(name=host)))  # one or, where it is gone already, none
            return None
        verb = {"ADD": add, "CHECK": check}[command]
        with netlynx.connect(netns=os.environ["CNI_NETNS"]) as inside:
            return verb(outside, inside, host, name, config["address"], config["gateway"])


def main() -> None:
    try:
        if (result := answer()) is not None:
            print(json.dumps(result))
    except Exception as error:  # whatever it is, the runtime is told in CNI's words
        codes = {NotImplementedError: 1, KeyError: 4 if "CNI_" in str(error) else 7, json.JSONDecodeError: 6}
        code = 7 if isinstance(error, netlynx.EncodeError) else codes.get(type(error), 100)
        print(json.dumps({"cniVersion": VERSION, "code": code, "msg": f"{type(error).__name__}: {error}"}))
        sys.exit(1)


if __name__ == "__main__":
    main()
