"""What a family of generic netlink may mean where the number of its error says little."""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any

from netlynx.engine.operation import Do, Dump
from netlynx.generic.constants import GENL_ID_CTRL, INITIAL_ALONE
from netlynx.netns import privileges
from netlynx.wire.message import Acknowledgement

# By the class of a family, with which names of its operations begin: who knows more, with a function `hint` as here.
_FAMILIES = {
    "Ipvs": "netlynx.ipvs.hints",
    "L2tp": "netlynx.l2tp.hints",
    "MacSec": "netlynx.macsec.hints",
    **dict.fromkeys(("Management", "Cipso", "Calipso"), "netlynx.families.netlabel.hints"),
    **dict.fromkeys(("OvsDatapath", "OvsFlow", "OvsMeter", "OvsPacket", "OvsVport", "ovs"), "netlynx.ovs.hints"),
}
# Families and the modules that have them, where those are not called so.
_MODULES = {
    "IPVS": "ip_vs",
    **dict.fromkeys(
        ("ovs_ct_limit", "ovs_datapath", "ovs_flow", "ovs_meter", "ovs_packet", "ovs_vport"), "openvswitch"
    ),
}


def hint(operation: Do[Any] | Dump[Any], answer: Acknowledgement) -> str:
    """What to do about a refusal, or "" where no more is known than its number and words tell."""
    if answer.errno == errno.EPERM and not answer.text:
        return privileges.lacking() or _elsewhere()
    if answer.errno == errno.ENOENT and operation.message_type == GENL_ID_CTRL:
        request = operation.request
        name = getattr(request, "name", None) or getattr(request, "family_name", None)
        if name in INITIAL_ALONE:
            return f"Of network namespaces only the initial one has {name}, where a kernel has it"
        if name is not None and getattr(request, "operation", None) is None:
            module = f" (this one is of the module {_MODULES[name]})" if name in _MODULES else ""
            return f"No family is called {name!r} here: generic.families() lists those that are there{module}"
    room = _FAMILIES.get(operation.name.partition(".")[0])
    known: str = import_module(room).hint(operation, answer) if room and not answer.text else ""
    return known


def _elsewhere() -> str:
    """Some commands (GENL_ADMIN_PERM) want the capability in the initial user namespace."""
    if privileges.is_initial_user() is False:
        return (
            "This process has CAP_NET_ADMIN where its network namespace belongs, but is not in the initial user "
            "namespace, where some commands take it: root of a container is not enough for those"
        )
    return ""
