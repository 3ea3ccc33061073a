"""The family ``ovpn``."""

from __future__ import annotations

from .generated import (
    NONCE_TAIL_SIZE,
    OVPN_A,
    OVPN_A_KEYCONF,
    OVPN_A_KEYDIR,
    OVPN_A_PEER,
    OVPN_CMD,
    PEERS,
    CipherAlg,
    DelPeerReason,
    Keyconf,
    KeyconfDelInput,
    KeyconfGet,
    KeyconfSwapInput,
    Keydir,
    KeyNewRequest,
    KeySlot,
    Ovpn,
    OvpnKeyconfDelInput,
    OvpnKeyconfGet,
    OvpnKeyconfSwapInput,
    OvpnPeerDelInput,
    OvpnPeerNewInput,
    OvpnPeerSetInput,
    OvpnRecord,
    Peer,
    PeerDelInput,
    PeerGetDoRequest,
    PeerGetDumpRequest,
    PeerNewInput,
    PeerSetInput,
)

__all__ = [
    "NONCE_TAIL_SIZE",
    "OVPN_A",
    "OVPN_A_KEYCONF",
    "OVPN_A_KEYDIR",
    "OVPN_A_PEER",
    "OVPN_CMD",
    "PEERS",
    "CipherAlg",
    "DelPeerReason",
    "KeyNewRequest",
    "KeySlot",
    "Keyconf",
    "KeyconfDelInput",
    "KeyconfGet",
    "KeyconfSwapInput",
    "Keydir",
    "Ovpn",
    "OvpnKeyconfDelInput",
    "OvpnKeyconfGet",
    "OvpnKeyconfSwapInput",
    "OvpnPeerDelInput",
    "OvpnPeerNewInput",
    "OvpnPeerSetInput",
    "OvpnRecord",
    "Peer",
    "PeerDelInput",
    "PeerGetDoRequest",
    "PeerGetDumpRequest",
    "PeerNewInput",
    "PeerSetInput",
    "delete_key",
    "delete_peer",
    "get_key",
    "get_peer",
    "key_swap",
    "list_peer",
    "new_key",
    "new_peer",
    "set_peer",
]

new_peer = Ovpn.new_peer
set_peer = Ovpn.set_peer
get_peer = Ovpn.get_peer
list_peer = Ovpn.list_peer
delete_peer = Ovpn.delete_peer
new_key = Ovpn.new_key
get_key = Ovpn.get_key
key_swap = Ovpn.key_swap
delete_key = Ovpn.delete_key
