"""The numbers of iSCSI's messages. Source: include/scsi/iscsi_if.h of the kernel, which open-iscsi has a copy of."""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Constants, Enumeration


class ISCSI_NL_GRP(Constants):
    """Groups: what iscsid listens to, and what its helper for network cards does (iscsiuio)."""

    ISCSID = 1
    UIP = 2


class IscsiEventType(Enumeration, prefix="ISCSI_KEVENT_"):
    """What the kernel says unasked."""

    RECV_PDU = 101
    CONN_ERROR = 102
    IF_ERROR = 103
    DESTROY_SESSION = 104
    UNBIND_SESSION = 105
    CREATE_SESSION = 106
    PATH_REQ = 107
    IF_DOWN = 108
    CONN_LOGIN_STATE = 109
    HOST_EVENT = 110
    PING_COMP = 111


class ISCSI_UEVENT(Constants):
    """What is asked of the kernel, and told to all who listen: of the other requests iscsid alone hears the answers."""

    GET_STATS = 20
    GET_HOST_STATS = 42


class IscsiError(Enumeration, prefix="ISCSI_ERR_", renamed={"OK": "ISCSI_OK"}):
    """What was wrong with a connection."""

    __omitted__: ClassVar[dict[str, str]] = {"ISCSI_ERR_BASE": "what the others count from"}

    OK = 0
    DATASN = 1001
    DATA_OFFSET = 1002
    MAX_CMDSN = 1003
    EXP_CMDSN = 1004
    BAD_OPCODE = 1005
    DATALEN = 1006
    AHSLEN = 1007
    PROTO = 1008
    LUN = 1009
    BAD_ITT = 1010
    CONN_FAILED = 1011
    R2TSN = 1012
    SESSION_FAILED = 1013
    HDR_DGST = 1014
    DATA_DGST = 1015
    PARAM_NOT_FOUND = 1016
    NO_SCSI_CMD = 1017
    INVALID_HOST = 1018
    XMIT_FAILED = 1019
    TCP_CONN_CLOSE = 1020
    SCSI_EH_SESSION_RST = 1021
    NOP_TIMEDOUT = 1022


class ConnectionState(Enumeration, prefix="ISCSI_CONN_STATE_"):
    """How far a connection is that an adapter logs in by itself."""

    FREE = 0
    XPT_WAIT = 1
    IN_LOGIN = 2
    LOGGED_IN = 3
    IN_LOGOUT = 4
    LOGOUT_REQUESTED = 5
    CLEANUP_WAIT = 6


class HostEventCode(Enumeration, prefix="ISCSI_EVENT_"):
    """What happened to an adapter."""

    LINKUP = 1
    LINKDOWN = 2


class PingStatus(Enumeration, prefix="ISCSI_PING_"):
    """What became of an echo request that an adapter was to send."""

    SUCCESS = 0
    FW_DISABLED = 1
    IPADDR_INVALID = 2
    LINKLOCAL_IPV6_ADDR_INVALID = 3
    TIMEOUT = 4
    INVALID_DEST_ADDR = 5
    OVERSIZE_PACKET = 6
    ICMP_ERROR = 7
    MAX_REQ_EXCEEDED = 8
    NO_ARP_RECEIVED = 9
