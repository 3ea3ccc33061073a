"""What is declared as the kernel lists it, with the attributes that any request can have. Source:
net/wireless/nl80211.c."""

from __future__ import annotations

from netlynx.engine.operation import Group
from netlynx.generic import Family, do, dump, event
from netlynx.wire.constants import NETLINK

from ..numbers.commands import NL80211_CMD as _C
from ..request import Attributes


class Others(Family, name="nl80211", version=1):
    """What is declared as the kernel lists it, with the attributes that any request can have."""

    set_beacon = do(_C.SET_BEACON, request=Attributes, privileged="namespace")
    start_ap = do(_C.START_AP, request=Attributes, privileged="namespace")
    stop_ap = do(_C.STOP_AP, request=Attributes, privileged="namespace")
    set_bss = do(_C.SET_BSS, request=Attributes, privileged="namespace")
    start_sched_scan = do(_C.START_SCHED_SCAN, request=Attributes, privileged="namespace")
    stop_sched_scan = do(_C.STOP_SCHED_SCAN, request=Attributes, privileged="namespace")
    join_ibss = do(_C.JOIN_IBSS, request=Attributes, privileged="namespace")
    leave_ibss = do(_C.LEAVE_IBSS, request=Attributes, privileged="namespace")
    testmode = do(_C.TESTMODE, request=Attributes, reply=Attributes, omissible=True, privileged="namespace")
    testmode_dump = dump(_C.TESTMODE, request=Attributes, reply=Attributes, privileged="namespace")
    set_pmksa = do(_C.SET_PMKSA, request=Attributes, privileged="namespace")
    del_pmksa = do(_C.DEL_PMKSA, request=Attributes, privileged="namespace")
    flush_pmksa = do(_C.FLUSH_PMKSA, request=Attributes, privileged="namespace")
    set_tx_bitrate_mask = do(_C.SET_TX_BITRATE_MASK, request=Attributes, privileged="namespace")
    join_ocb = do(_C.JOIN_OCB, request=Attributes, privileged="namespace")
    leave_ocb = do(_C.LEAVE_OCB, request=Attributes, privileged="namespace")
    get_wowlan = do(_C.GET_WOWLAN, request=Attributes, reply=Attributes)
    set_wowlan = do(_C.SET_WOWLAN, request=Attributes, privileged="namespace")
    set_rekey_offload = do(_C.SET_REKEY_OFFLOAD, request=Attributes, privileged="namespace")
    tdls_mgmt = do(_C.TDLS_MGMT, request=Attributes, privileged="namespace")
    tdls_oper = do(_C.TDLS_OPER, request=Attributes, privileged="namespace")
    unexpected_frame = do(_C.UNEXPECTED_FRAME, request=Attributes, privileged="namespace")
    probe_peer = do(_C.PROBE_PEER, request=Attributes, reply=Attributes, privileged="namespace")
    register_beacons = do(_C.REGISTER_BEACONS, request=Attributes, privileged="namespace")
    set_noack_map = do(_C.SET_NOACK_MAP, request=Attributes, privileged="namespace")
    start_p2p_device = do(_C.START_P2P_DEVICE, request=Attributes, privileged="namespace")
    stop_p2p_device = do(_C.STOP_P2P_DEVICE, request=Attributes, privileged="namespace")
    start_nan = do(_C.START_NAN, request=Attributes, privileged=True)
    stop_nan = do(_C.STOP_NAN, request=Attributes, privileged=True)
    add_nan_function = do(_C.ADD_NAN_FUNCTION, request=Attributes, reply=Attributes, privileged=True)
    del_nan_function = do(_C.DEL_NAN_FUNCTION, request=Attributes, privileged=True)
    change_nan_config = do(_C.CHANGE_NAN_CONFIG, request=Attributes, privileged=True)
    start_pd = do(_C.START_PD, request=Attributes, privileged=True)
    stop_pd = do(_C.STOP_PD, request=Attributes, privileged=True)
    set_mcast_rate = do(_C.SET_MCAST_RATE, request=Attributes, privileged="namespace")
    set_mac_acl = do(_C.SET_MAC_ACL, request=Attributes, privileged="namespace")
    radar_detect = do(_C.RADAR_DETECT, request=Attributes, privileged="namespace")
    update_ft_ies = do(_C.UPDATE_FT_IES, request=Attributes, privileged="namespace")
    crit_protocol_start = do(_C.CRIT_PROTOCOL_START, request=Attributes, privileged="namespace")
    crit_protocol_stop = do(_C.CRIT_PROTOCOL_STOP, request=Attributes, privileged="namespace")
    get_coalesce = do(_C.GET_COALESCE, request=Attributes, reply=Attributes)
    set_coalesce = do(_C.SET_COALESCE, request=Attributes, privileged="namespace")
    channel_switch = do(_C.CHANNEL_SWITCH, request=Attributes, privileged="namespace")
    set_qos_map = do(_C.SET_QOS_MAP, request=Attributes, privileged="namespace")
    add_tx_ts = do(_C.ADD_TX_TS, request=Attributes, privileged="namespace")
    del_tx_ts = do(_C.DEL_TX_TS, request=Attributes, privileged="namespace")
    tdls_channel_switch = do(_C.TDLS_CHANNEL_SWITCH, request=Attributes, privileged="namespace")
    tdls_cancel_channel_switch = do(_C.TDLS_CANCEL_CHANNEL_SWITCH, request=Attributes, privileged="namespace")
    set_multicast_to_unicast = do(_C.SET_MULTICAST_TO_UNICAST, request=Attributes, privileged="namespace")
    set_pmk = do(_C.SET_PMK, request=Attributes, privileged="namespace")
    del_pmk = do(_C.DEL_PMK, request=Attributes, privileged="namespace")
    external_auth = do(_C.EXTERNAL_AUTH, request=Attributes, privileged=True)
    control_port_frame = do(
        _C.CONTROL_PORT_FRAME, request=Attributes, reply=Attributes, omissible=True, privileged="namespace"
    )
    get_ftm_responder_stats = do(_C.GET_FTM_RESPONDER_STATS, request=Attributes, reply=Attributes)
    peer_measurement_start = do(_C.PEER_MEASUREMENT_START, request=Attributes, reply=Attributes, privileged="namespace")
    notify_radar = do(_C.NOTIFY_RADAR, request=Attributes, privileged="namespace")
    update_owe_info = do(_C.UPDATE_OWE_INFO, request=Attributes, privileged=True)
    probe_mesh_link = do(_C.PROBE_MESH_LINK, request=Attributes, privileged="namespace")
    set_tid_config = do(_C.SET_TID_CONFIG, request=Attributes, privileged="namespace")
    set_sar_specs = do(_C.SET_SAR_SPECS, request=Attributes, privileged="namespace")
    color_change_request = do(_C.COLOR_CHANGE_REQUEST, request=Attributes, privileged="namespace")
    set_fils_aad = do(_C.SET_FILS_AAD, request=Attributes, privileged="namespace")
    add_link = do(_C.ADD_LINK, request=Attributes, privileged="namespace")
    remove_link = do(_C.REMOVE_LINK, request=Attributes, privileged="namespace")
    add_link_sta = do(_C.ADD_LINK_STA, request=Attributes, privileged="namespace")
    modify_link_sta = do(_C.MODIFY_LINK_STA, request=Attributes, privileged="namespace")
    remove_link_sta = do(_C.REMOVE_LINK_STA, request=Attributes, privileged="namespace")
    set_hw_timestamp = do(_C.SET_HW_TIMESTAMP, request=Attributes, privileged="namespace")
    set_tid_to_link_mapping = do(_C.SET_TID_TO_LINK_MAPPING, request=Attributes, privileged="namespace")
    assoc_mlo_reconf = do(_C.ASSOC_MLO_RECONF, request=Attributes, privileged="namespace")
    epcs_cfg = do(_C.EPCS_CFG, request=Attributes, privileged="namespace")
    nan_set_local_sched = do(_C.NAN_SET_LOCAL_SCHED, request=Attributes, privileged=True)
    nan_set_peer_sched = do(_C.NAN_SET_PEER_SCHED, request=Attributes, privileged=True)
    station_mode_changed = event(_C.STA_OPMODE_CHANGED, Attributes, group="mlme")
    pmksa_candidate = event(_C.PMKSA_CANDIDATE, Attributes, group="mlme")
    rekeyed = event(_C.SET_REKEY_OFFLOAD, Attributes, group="mlme")
    color_collision = event(_C.OBSS_COLOR_COLLISION, Attributes, group="mlme")
    color_change_started = event(_C.COLOR_CHANGE_STARTED, Attributes, group="mlme")
    color_change_aborted = event(_C.COLOR_CHANGE_ABORTED, Attributes, group="mlme")
    color_change_done = event(_C.COLOR_CHANGE_COMPLETED, Attributes, group="mlme")
    links_removed = event(_C.LINKS_REMOVED, Attributes, group="mlme")
    beacon_hint = event(_C.REG_BEACON_HINT, Attributes, group="regulatory")
    nan_match = event(_C.NAN_MATCH, Attributes, group="nan")
    nan_function_gone = event(_C.DEL_NAN_FUNCTION, Attributes, group="nan")


TESTMODE: Group[Attributes] = Group(
    "nl80211.TESTMODE",
    NETLINK.GENERIC,
    (),
    {},
    family="nl80211",
    groups=("testmode",),
    commands={int(_C.TESTMODE): ("testmode", Attributes)},
)
"""What drivers say while they are tested; only a kernel with CONFIG_NL80211_TESTMODE has the group."""
