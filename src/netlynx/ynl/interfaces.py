"""Which numbers of a spec are indexes of interfaces: specs have no word for it, names of attributes tell.

An attribute or member that is called ``ifindex``, or something before that (``port-ifindex``), is one in every spec of
the kernel's; of others that are it is known by name. The typed rooms know them all.
"""

from __future__ import annotations

from netlynx.schema.kinds import Code, Kind, named

_LIKE = ("ifindex", "ifi-index")  # the second is that of struct ifinfomsg, linux/rtnetlink.h

# By spec: indexes that are not called so. Of ethtool's header see ETHTOOL_A_HEADER_DEV_INDEX, linux/ethtool_netlink.h.
_KNOWN: dict[str, tuple[str, ...]] = {"ethtool": ("dev-index",)}

# What such attributes are called in specs that say no more; a name given to one is refused with a word of advice.
_SUSPECTED = ("index", "dev", "link", "master", "oif", "iif")


def with_interfaces(kind: Kind, spec: str, name: str) -> Kind:
    """The kind of an attribute or member: in the place of an interface's index its name may stand."""
    plain = name.replace("_", "-")
    certain = plain.endswith(_LIKE) or plain in _KNOWN.get(spec, ())
    if not certain or kind.code is not Code.INTEGER or kind.values is not None or kind.width not in (0, 4):
        return kind
    return named(kind, "interface")


def advice(path: str, value: object) -> str:
    """What to say of a text that was given to a number, if it may be the name of an interface."""
    field = path.rpartition(".")[2].rpartition("_")[2]
    if not isinstance(value, str) or field not in _SUSPECTED:
        return ""
    return f"; if an interface is meant, this takes its index: nl.do(route.link(name={value!r})).index"
