"""The family ``IPVS``: single messages. `verbs` and `pools` put them together.

Source: ip_vs_genl_ops in net/netfilter/ipvs/ip_vs_ctl.c.
"""

from __future__ import annotations

from netlynx.generic import Family, do, dump
from netlynx.ipvs.constants import IPVS_CMD
from netlynx.ipvs.daemon import Daemon, Info, Timeouts
from netlynx.ipvs.destination import Destination
from netlynx.ipvs.service import Service


class Ipvs(Family, name="IPVS", version=1):
    """The balancer of the kernel; whoever asks, too, needs CAP_NET_ADMIN in the initial user namespace."""

    new_service = do(IPVS_CMD.NEW_SERVICE, request=Service, privileged=True)
    set_service = do(IPVS_CMD.SET_SERVICE, request=Service, privileged=True)
    delete_service = do(IPVS_CMD.DEL_SERVICE, request=Service, privileged=True)
    service = do(
        IPVS_CMD.GET_SERVICE, request=Service, reply=Service, reply_number=IPVS_CMD.NEW_SERVICE, privileged=True
    )
    services = dump(IPVS_CMD.GET_SERVICE, reply=Service, reply_number=IPVS_CMD.NEW_SERVICE, privileged=True)
    new_destination = do(IPVS_CMD.NEW_DEST, request=Destination, privileged=True)
    set_destination = do(IPVS_CMD.SET_DEST, request=Destination, privileged=True)
    delete_destination = do(IPVS_CMD.DEL_DEST, request=Destination, privileged=True)
    destinations = dump(
        IPVS_CMD.GET_DEST, request=Service, reply=Destination, reply_number=IPVS_CMD.NEW_DEST, privileged=True
    )
    new_daemon = do(IPVS_CMD.NEW_DAEMON, request=Daemon, privileged=True)
    delete_daemon = do(IPVS_CMD.DEL_DAEMON, request=Daemon, privileged=True)
    daemons = dump(IPVS_CMD.GET_DAEMON, reply=Daemon, reply_number=IPVS_CMD.NEW_DAEMON, privileged=True)
    set_timeouts = do(IPVS_CMD.SET_CONFIG, request=Timeouts, privileged=True)
    timeouts = do(IPVS_CMD.GET_CONFIG, reply=Timeouts, reply_number=IPVS_CMD.SET_CONFIG, privileged=True)
    info = do(IPVS_CMD.GET_INFO, reply=Info, reply_number=IPVS_CMD.SET_INFO, privileged=True)
    zero = do(IPVS_CMD.ZERO, request=Service, privileged=True)
    flush = do(IPVS_CMD.FLUSH, privileged=True)
