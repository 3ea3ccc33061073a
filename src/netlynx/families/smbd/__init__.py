"""ksmbd, the kernel's SMB server, and the program that answers its questions: accounts, shares, calls of DCE/RPC.

    from netlynx.families import smbd

    nl.do(smbd.start(startup=smbd.Startup(min_prot="SMB2_10", max_prot="SMB3_11", tcp_port=445, server_string="files")))
    nl.do(smbd.answer_tree(tree=smbd.TreeResponse(handle=request.handle, status=0)))

The kernel asks the port that `start` came from, and no group: what it asks there is a `Message`, too, whose attribute
has the number of its command. Source: fs/smb/server/ksmbd_netlink.h and transport_ipc.c of the kernel.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.generic import Family, GenericHeader, do
from netlynx.schema import Constants, Record, attr, binary, struct, takes
from netlynx.schema.facts import Facts

from .structs import Heartbeat as Heartbeat
from .structs import LoginGroups as LoginGroups
from .structs import LoginRequest as LoginRequest
from .structs import LoginResponse as LoginResponse
from .structs import Logout as Logout
from .structs import Rpc as Rpc
from .structs import ShareRequest as ShareRequest
from .structs import ShareResponse as ShareResponse
from .structs import Shutdown as Shutdown
from .structs import SpnegoResponse as SpnegoResponse
from .structs import Startup as Startup
from .structs import TreeEnd as TreeEnd
from .structs import TreeRequest as TreeRequest
from .structs import TreeResponse as TreeResponse


class KSMBD_EVENT(Constants):
    """Commands, and the attribute that each of them has."""

    UNSPEC = 0
    HEARTBEAT_REQUEST = 1
    STARTING_UP = 2
    SHUTTING_DOWN = 3
    LOGIN_REQUEST = 4
    LOGIN_RESPONSE = 5
    SHARE_CONFIG_REQUEST = 6
    SHARE_CONFIG_RESPONSE = 7
    TREE_CONNECT_REQUEST = 8
    TREE_CONNECT_RESPONSE = 9
    TREE_DISCONNECT_REQUEST = 10
    LOGOUT_REQUEST = 11
    RPC_REQUEST = 12
    RPC_RESPONSE = 13
    SPNEGO_AUTHEN_REQUEST = 14
    SPNEGO_AUTHEN_RESPONSE = 15
    LOGIN_REQUEST_EXT = 16
    LOGIN_RESPONSE_EXT = 17


class Message(Record, header=GenericHeader):
    """What is said: one of these. `spnego_request` is a handle (u32), the length of a token (u16), and the token."""

    __facts__: ClassVar[Facts] = Facts(attributes=KSMBD_EVENT, policy="ksmbd_nl_policy")

    heartbeat: takes.Nested[Heartbeat | None] = attr(KSMBD_EVENT.HEARTBEAT_REQUEST, struct(Heartbeat))
    startup: takes.Nested[Startup | None] = attr(KSMBD_EVENT.STARTING_UP, struct(Startup))
    shutdown: takes.Nested[Shutdown | None] = attr(KSMBD_EVENT.SHUTTING_DOWN, struct(Shutdown))
    login_request: takes.Nested[LoginRequest | None] = attr(KSMBD_EVENT.LOGIN_REQUEST, struct(LoginRequest))
    login: takes.Nested[LoginResponse | None] = attr(KSMBD_EVENT.LOGIN_RESPONSE, struct(LoginResponse))
    share_request: takes.Nested[ShareRequest | None] = attr(KSMBD_EVENT.SHARE_CONFIG_REQUEST, struct(ShareRequest))
    share: takes.Nested[ShareResponse | None] = attr(KSMBD_EVENT.SHARE_CONFIG_RESPONSE, struct(ShareResponse))
    tree_request: takes.Nested[TreeRequest | None] = attr(KSMBD_EVENT.TREE_CONNECT_REQUEST, struct(TreeRequest))
    tree: takes.Nested[TreeResponse | None] = attr(KSMBD_EVENT.TREE_CONNECT_RESPONSE, struct(TreeResponse))
    tree_end: takes.Nested[TreeEnd | None] = attr(KSMBD_EVENT.TREE_DISCONNECT_REQUEST, struct(TreeEnd))
    logout: takes.Nested[Logout | None] = attr(KSMBD_EVENT.LOGOUT_REQUEST, struct(Logout))
    rpc_request: takes.Nested[Rpc | None] = attr(KSMBD_EVENT.RPC_REQUEST, struct(Rpc))
    rpc: takes.Nested[Rpc | None] = attr(KSMBD_EVENT.RPC_RESPONSE, struct(Rpc))
    spnego_request: bytes | None = attr(KSMBD_EVENT.SPNEGO_AUTHEN_REQUEST, binary, secret=True)
    spnego: takes.Nested[SpnegoResponse | None] = attr(KSMBD_EVENT.SPNEGO_AUTHEN_RESPONSE, struct(SpnegoResponse))
    login_groups_request: takes.Nested[LoginRequest | None] = attr(KSMBD_EVENT.LOGIN_REQUEST_EXT, struct(LoginRequest))
    login_groups: takes.Nested[LoginGroups | None] = attr(KSMBD_EVENT.LOGIN_RESPONSE_EXT, struct(LoginGroups))


class Smbd(Family, name="SMBD_GENL", version=1):
    """The family ``SMBD_GENL``: what the kernel is told.

    With CONFIG_SMB_SERVER_CHECK_CAP_NET_ADMIN, CAP_NET_ADMIN is needed.
    """

    start = do(KSMBD_EVENT.STARTING_UP, request=Message, required=("startup",))
    answer_login = do(KSMBD_EVENT.LOGIN_RESPONSE, request=Message, required=("login",))
    answer_share = do(KSMBD_EVENT.SHARE_CONFIG_RESPONSE, request=Message, required=("share",))
    answer_tree = do(KSMBD_EVENT.TREE_CONNECT_RESPONSE, request=Message, required=("tree",))
    answer_rpc = do(KSMBD_EVENT.RPC_RESPONSE, request=Message, required=("rpc",))
    answer_spnego = do(KSMBD_EVENT.SPNEGO_AUTHEN_RESPONSE, request=Message, required=("spnego",))
    answer_login_groups = do(KSMBD_EVENT.LOGIN_RESPONSE_EXT, request=Message, required=("login_groups",))


start = Smbd.start
answer_login = Smbd.answer_login
answer_share = Smbd.answer_share
answer_tree = Smbd.answer_tree
answer_rpc = Smbd.answer_rpc
answer_spnego = Smbd.answer_spnego
answer_login_groups = Smbd.answer_login_groups
