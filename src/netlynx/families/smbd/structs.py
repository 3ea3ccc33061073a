"""The C structs that the messages of ksmbd are. Source: fs/smb/server/ksmbd_netlink.h of the kernel."""

from __future__ import annotations

from netlynx.schema import Layout, array, binary, chars, member, raw, rest, s8, s32, struct, takes, u16, u32, u64


class Heartbeat(Layout, c="ksmbd_heartbeat"):
    """Asks whether the program is there."""

    handle: int = member(u32, c="handle")


class Startup(Layout, c="ksmbd_startup_request"):
    """How the server is to be: dialects, names, ports, limits.

    `interfaces` are names with NULs between them, `sub_auth` is of the machine's SID.
    """

    flags: int = member(u32, c="flags")
    signing: int = member(s32, c="signing")
    min_prot: str = member(chars(16), c="min_prot")
    max_prot: str = member(chars(16), c="max_prot")
    netbios_name: str = member(chars(16), c="netbios_name")
    work_group: str = member(chars(64), c="work_group")
    server_string: str = member(chars(64), c="server_string")
    tcp_port: int = member(u16, c="tcp_port")
    ipc_timeout: int = member(u16, c="ipc_timeout")
    deadtime: int = member(u32, c="deadtime")
    file_max: int = member(u32, c="file_max")
    smb2_max_write: int = member(u32, c="smb2_max_write")
    smb2_max_read: int = member(u32, c="smb2_max_read")
    smb2_max_trans: int = member(u32, c="smb2_max_trans")
    share_fake_fscaps: int = member(u32, c="share_fake_fscaps")
    sub_auth: takes.Several[int] = member(array(u32, 3), c="sub_auth")
    smb2_max_credits: int = member(u32, c="smb2_max_credits")
    smbd_max_io_size: int = member(u32, c="smbd_max_io_size")
    max_connections: int = member(u32, c="max_connections")
    bind_interfaces_only: int = member(s8, c="bind_interfaces_only")
    max_ip_connections: int = member(u32, c="max_ip_connections")
    aapl_model: str = member(chars(32), c="aapl_model")
    max_sessions_per_connection: int = member(u32, c="max_sessions_per_connection")
    reserved: bytes = member(raw(463), c="reserved")
    interfaces_size: int = member(u32, c="ifc_list_sz")
    interfaces: bytes = member(rest(binary), c="____payload")


class Shutdown(Layout, c="ksmbd_shutdown_request"):
    """The server is to end."""

    reserved: takes.Several[int] = member(array(s32, 16), c="reserved")


class LoginRequest(Layout, c="ksmbd_login_request"):
    """The kernel asks for an account."""

    handle: int = member(u32, c="handle")
    account: str = member(chars(48), c="account")
    reserved: takes.Several[int] = member(array(u32, 16), c="reserved")


class LoginResponse(Layout, c="ksmbd_login_response"):
    """An account: its user, group, and the hash of its password, which is in no text of the record."""

    handle: int = member(u32, c="handle")
    gid: int = member(u32, c="gid")
    uid: int = member(u32, c="uid")
    account: str = member(chars(48), c="account")
    status: int = member(u16, c="status")
    hash_size: int = member(u16, c="hash_sz")
    hash: bytes = member(raw(18), c="hash", secret=True)
    session_expiry_lo: int = member(u32, c="session_expiry_lo")
    session_expiry_hi: int = member(u32, c="session_expiry_hi")
    reserved: takes.Several[int] = member(array(u32, 14), c="reserved")


class LoginGroups(Layout, c="ksmbd_login_response_ext"):
    """Further groups of an account, 4 bytes each."""

    handle: int = member(u32, c="handle")
    ngroups: int = member(s32, c="ngroups")
    reserved: bytes = member(raw(128), c="reserved")
    groups: bytes = member(rest(binary), c="____payload")


class ShareRequest(Layout, c="ksmbd_share_config_request"):
    """The kernel asks for a share."""

    handle: int = member(u32, c="handle")
    share_name: str = member(chars(64), c="share_name")
    reserved: takes.Several[int] = member(array(u32, 16), c="reserved")


class ShareResponse(Layout, c="ksmbd_share_config_response"):
    """A share: its flags, masks and owner; behind it hidden names and its path, with a NUL between."""

    handle: int = member(u32, c="handle")
    flags: int = member(u32, c="flags")
    create_mask: int = member(u16, c="create_mask")
    directory_mask: int = member(u16, c="directory_mask")
    force_create_mode: int = member(u16, c="force_create_mode")
    force_directory_mode: int = member(u16, c="force_directory_mode")
    force_uid: int = member(u16, c="force_uid")
    force_gid: int = member(u16, c="force_gid")
    share_name: str = member(chars(64), c="share_name")
    reserved: takes.Several[int] = member(array(u32, 111), c="reserved")
    payload_size: int = member(u32, c="payload_sz")
    veto_list_size: int = member(u32, c="veto_list_sz")
    payload: bytes = member(rest(binary), c="____payload")


class TreeRequest(Layout, c="ksmbd_tree_connect_request"):
    """A client wants to use a share."""

    handle: int = member(u32, c="handle")
    account_flags: int = member(u16, c="account_flags")
    flags: int = member(u16, c="flags")
    session_id: int = member(u64, c="session_id")
    connect_id: int = member(u64, c="connect_id")
    account: str = member(chars(48), c="account")
    share: str = member(chars(64), c="share")
    peer_addr: str = member(chars(64), c="peer_addr")
    reserved: takes.Several[int] = member(array(u32, 16), c="reserved")


class TreeResponse(Layout, c="ksmbd_tree_connect_response"):
    """Whether it may."""

    handle: int = member(u32, c="handle")
    status: int = member(u16, c="status")
    connection_flags: int = member(u16, c="connection_flags")
    reserved: takes.Several[int] = member(array(u32, 16), c="reserved")


class TreeEnd(Layout, c="ksmbd_tree_disconnect_request"):
    """A client uses a share no more."""

    session_id: int = member(u64, c="session_id")
    connect_id: int = member(u64, c="connect_id")
    reserved: takes.Several[int] = member(array(u32, 16), c="reserved")


class Logout(Layout, c="ksmbd_logout_request"):
    """An account is used no more."""

    account: str = member(chars(48), c="account")
    account_flags: int = member(u32, c="account_flags")
    reserved: takes.Several[int] = member(array(u32, 16), c="reserved")


class Rpc(Layout, c="ksmbd_rpc_command"):
    """A call of DCE/RPC, or its answer."""

    handle: int = member(u32, c="handle")
    flags: int = member(u32, c="flags")
    payload_size: int = member(u32, c="payload_sz")
    payload: bytes = member(rest(binary), c="payload")


class SpnegoResponse(Layout, c="ksmbd_spnego_authen_response"):
    """What became of it: the account, its session key and the token, in no text of the record."""

    handle: int = member(u32, c="handle")
    login_response: takes.Nested[LoginResponse | None] = member(struct(LoginResponse), c="login_response")
    session_key_len: int = member(u16, c="session_key_len")
    spnego_blob_len: int = member(u16, c="spnego_blob_len")
    payload: bytes = member(rest(binary), c="payload", secret=True)
