"""The family as the kernel has it: requests, answers, notifications.

Source: net/ethtool/netlink.c.
"""

from __future__ import annotations

from netlynx.generic import Family, do, dump, event

from .cable import CableReport, CableTdr, CableTest, TdrReport
from .channels import Channels
from .coalesce import Coalesce
from .debug import Debug
from .eee import Eee
from .eeprom import ModuleEeprom
from .features import Features
from .fec import Fec
from .linkinfo import LinkInfo
from .linkmodes import LinkModes
from .linkstate import LinkState
from .messages import ASK, SAY
from .mm import MacMerge
from .module import Module, ModuleFlash
from .mse import Mse
from .pause import Pause
from .phc import VirtualClocks
from .phy import Phy
from .plca import Plca
from .privflags import PrivateFlags
from .pse import Pse, PseReport
from .rings import Rings
from .rss import Rss
from .statistics import Statistics
from .strings import StringSets
from .tsconfig import TimestampConfig
from .tsinfo import TimestampInfo
from .tunnels import Tunnels
from .wol import WakeOnLan

_DEVICE = ("device", "device_index")  # most of the kernel's dumps look at neither


class Ethtool(Family, name="ethtool", version=1):
    """The family ``ethtool``. A request names its `device` or gives its `device_index`; a dump is of all devices."""

    string_sets = do(ASK.STRSET_GET, request=StringSets, reply=StringSets, reply_number=SAY.STRSET_GET_REPLY)
    all_string_sets = dump(
        ASK.STRSET_GET, request=StringSets, reply=StringSets, reply_number=SAY.STRSET_GET_REPLY, match=_DEVICE
    )
    linkinfo = do(ASK.LINKINFO_GET, request=LinkInfo, reply=LinkInfo, reply_number=SAY.LINKINFO_GET_REPLY)
    linkinfos = dump(
        ASK.LINKINFO_GET, request=LinkInfo, reply=LinkInfo, reply_number=SAY.LINKINFO_GET_REPLY, match=_DEVICE
    )
    set_linkinfo = do(ASK.LINKINFO_SET, request=LinkInfo, privileged="namespace")
    linkmodes = do(ASK.LINKMODES_GET, request=LinkModes, reply=LinkModes, reply_number=SAY.LINKMODES_GET_REPLY)
    all_linkmodes = dump(
        ASK.LINKMODES_GET, request=LinkModes, reply=LinkModes, reply_number=SAY.LINKMODES_GET_REPLY, match=_DEVICE
    )
    set_linkmodes = do(ASK.LINKMODES_SET, request=LinkModes, privileged="namespace")
    linkstate = do(ASK.LINKSTATE_GET, request=LinkState, reply=LinkState, reply_number=SAY.LINKSTATE_GET_REPLY)
    linkstates = dump(
        ASK.LINKSTATE_GET, request=LinkState, reply=LinkState, reply_number=SAY.LINKSTATE_GET_REPLY, match=_DEVICE
    )
    debug = do(ASK.DEBUG_GET, request=Debug, reply=Debug, reply_number=SAY.DEBUG_GET_REPLY)
    all_debug = dump(ASK.DEBUG_GET, request=Debug, reply=Debug, reply_number=SAY.DEBUG_GET_REPLY, match=_DEVICE)
    set_debug = do(ASK.DEBUG_SET, request=Debug, privileged="namespace")
    wol = do(ASK.WOL_GET, request=WakeOnLan, reply=WakeOnLan, reply_number=SAY.WOL_GET_REPLY, privileged="namespace")
    all_wol = dump(
        ASK.WOL_GET,
        request=WakeOnLan,
        reply=WakeOnLan,
        reply_number=SAY.WOL_GET_REPLY,
        privileged="namespace",
        match=_DEVICE,
    )
    set_wol = do(ASK.WOL_SET, request=WakeOnLan, privileged="namespace")
    features = do(ASK.FEATURES_GET, request=Features, reply=Features, reply_number=SAY.FEATURES_GET_REPLY)
    all_features = dump(
        ASK.FEATURES_GET, request=Features, reply=Features, reply_number=SAY.FEATURES_GET_REPLY, match=_DEVICE
    )
    set_features = do(
        ASK.FEATURES_SET,
        request=Features,
        reply=Features,
        reply_number=SAY.FEATURES_SET_REPLY,
        privileged="namespace",
        omissible=True,
    )
    privflags = do(ASK.PRIVFLAGS_GET, request=PrivateFlags, reply=PrivateFlags, reply_number=SAY.PRIVFLAGS_GET_REPLY)
    all_privflags = dump(
        ASK.PRIVFLAGS_GET, request=PrivateFlags, reply=PrivateFlags, reply_number=SAY.PRIVFLAGS_GET_REPLY, match=_DEVICE
    )
    set_privflags = do(ASK.PRIVFLAGS_SET, request=PrivateFlags, privileged="namespace")
    rings = do(ASK.RINGS_GET, request=Rings, reply=Rings, reply_number=SAY.RINGS_GET_REPLY)
    all_rings = dump(ASK.RINGS_GET, request=Rings, reply=Rings, reply_number=SAY.RINGS_GET_REPLY, match=_DEVICE)
    set_rings = do(ASK.RINGS_SET, request=Rings, privileged="namespace")
    channels = do(ASK.CHANNELS_GET, request=Channels, reply=Channels, reply_number=SAY.CHANNELS_GET_REPLY)
    all_channels = dump(
        ASK.CHANNELS_GET, request=Channels, reply=Channels, reply_number=SAY.CHANNELS_GET_REPLY, match=_DEVICE
    )
    set_channels = do(ASK.CHANNELS_SET, request=Channels, privileged="namespace")
    coalesce = do(ASK.COALESCE_GET, request=Coalesce, reply=Coalesce, reply_number=SAY.COALESCE_GET_REPLY)
    all_coalesce = dump(
        ASK.COALESCE_GET, request=Coalesce, reply=Coalesce, reply_number=SAY.COALESCE_GET_REPLY, match=_DEVICE
    )
    set_coalesce = do(ASK.COALESCE_SET, request=Coalesce, privileged="namespace")
    pause = do(ASK.PAUSE_GET, request=Pause, reply=Pause, reply_number=SAY.PAUSE_GET_REPLY)
    all_pause = dump(ASK.PAUSE_GET, request=Pause, reply=Pause, reply_number=SAY.PAUSE_GET_REPLY, match=_DEVICE)
    set_pause = do(ASK.PAUSE_SET, request=Pause, privileged="namespace")
    eee = do(ASK.EEE_GET, request=Eee, reply=Eee, reply_number=SAY.EEE_GET_REPLY)
    all_eee = dump(ASK.EEE_GET, request=Eee, reply=Eee, reply_number=SAY.EEE_GET_REPLY, match=_DEVICE)
    set_eee = do(ASK.EEE_SET, request=Eee, privileged="namespace")
    tsinfo = do(ASK.TSINFO_GET, request=TimestampInfo, reply=TimestampInfo, reply_number=SAY.TSINFO_GET_REPLY)
    all_tsinfo = dump(
        ASK.TSINFO_GET, request=TimestampInfo, reply=TimestampInfo, reply_number=SAY.TSINFO_GET_REPLY, match=_DEVICE
    )
    tsconfig = do(ASK.TSCONFIG_GET, request=TimestampConfig, reply=TimestampConfig, reply_number=SAY.TSCONFIG_GET_REPLY)
    all_tsconfig = dump(
        ASK.TSCONFIG_GET,
        request=TimestampConfig,
        reply=TimestampConfig,
        reply_number=SAY.TSCONFIG_GET_REPLY,
        match=_DEVICE,
    )
    set_tsconfig = do(
        ASK.TSCONFIG_SET,
        request=TimestampConfig,
        reply=TimestampConfig,
        reply_number=SAY.TSCONFIG_SET_REPLY,
        privileged="namespace",
        omissible=True,
    )
    tunnels = do(ASK.TUNNEL_INFO_GET, request=Tunnels, reply=Tunnels, reply_number=SAY.TUNNEL_INFO_GET_REPLY)
    all_tunnels = dump(
        ASK.TUNNEL_INFO_GET, request=Tunnels, reply=Tunnels, reply_number=SAY.TUNNEL_INFO_GET_REPLY, match=_DEVICE
    )
    fec = do(ASK.FEC_GET, request=Fec, reply=Fec, reply_number=SAY.FEC_GET_REPLY)
    all_fec = dump(ASK.FEC_GET, request=Fec, reply=Fec, reply_number=SAY.FEC_GET_REPLY, match=_DEVICE)
    set_fec = do(ASK.FEC_SET, request=Fec, privileged="namespace")
    statistics = do(ASK.STATS_GET, request=Statistics, reply=Statistics, reply_number=SAY.STATS_GET_REPLY)
    all_statistics = dump(
        ASK.STATS_GET, request=Statistics, reply=Statistics, reply_number=SAY.STATS_GET_REPLY, match=_DEVICE
    )
    phc_vclocks = do(
        ASK.PHC_VCLOCKS_GET, request=VirtualClocks, reply=VirtualClocks, reply_number=SAY.PHC_VCLOCKS_GET_REPLY
    )
    all_phc_vclocks = dump(
        ASK.PHC_VCLOCKS_GET,
        request=VirtualClocks,
        reply=VirtualClocks,
        reply_number=SAY.PHC_VCLOCKS_GET_REPLY,
        match=_DEVICE,
    )
    module = do(ASK.MODULE_GET, request=Module, reply=Module, reply_number=SAY.MODULE_GET_REPLY)
    modules = dump(ASK.MODULE_GET, request=Module, reply=Module, reply_number=SAY.MODULE_GET_REPLY, match=_DEVICE)
    set_module = do(ASK.MODULE_SET, request=Module, privileged="namespace")
    pse = do(ASK.PSE_GET, request=Pse, reply=Pse, reply_number=SAY.PSE_GET_REPLY)
    all_pse = dump(ASK.PSE_GET, request=Pse, reply=Pse, reply_number=SAY.PSE_GET_REPLY, match=_DEVICE)
    set_pse = do(ASK.PSE_SET, request=Pse, privileged="namespace")
    mm = do(ASK.MM_GET, request=MacMerge, reply=MacMerge, reply_number=SAY.MM_GET_REPLY)
    all_mm = dump(ASK.MM_GET, request=MacMerge, reply=MacMerge, reply_number=SAY.MM_GET_REPLY, match=_DEVICE)
    set_mm = do(ASK.MM_SET, request=MacMerge, privileged="namespace")
    phy = do(ASK.PHY_GET, request=Phy, reply=Phy, reply_number=SAY.PHY_GET_REPLY)
    phys = dump(ASK.PHY_GET, request=Phy, reply=Phy, reply_number=SAY.PHY_GET_REPLY, match=_DEVICE)
    mse = do(ASK.MSE_GET, request=Mse, reply=Mse, reply_number=SAY.MSE_GET_REPLY)
    all_mse = dump(ASK.MSE_GET, request=Mse, reply=Mse, reply_number=SAY.MSE_GET_REPLY, match=_DEVICE)
    test_cable = do(ASK.CABLE_TEST_ACT, request=CableTest, privileged="namespace")
    measure_cable = do(ASK.CABLE_TEST_TDR_ACT, request=CableTdr, privileged="namespace")
    eeprom = do(
        ASK.MODULE_EEPROM_GET,
        request=ModuleEeprom,
        reply=ModuleEeprom,
        reply_number=SAY.MODULE_EEPROM_GET_REPLY,
        privileged="namespace",
    )
    all_eeproms = dump(
        ASK.MODULE_EEPROM_GET,
        request=ModuleEeprom,
        reply=ModuleEeprom,
        reply_number=SAY.MODULE_EEPROM_GET_REPLY,
        privileged="namespace",
    )
    flash_module = do(ASK.MODULE_FW_FLASH_ACT, request=ModuleFlash, required=("file",), privileged="namespace")
    rss = do(ASK.RSS_GET, request=Rss, reply=Rss, reply_number=SAY.RSS_GET_REPLY)
    all_rss = dump(ASK.RSS_GET, request=Rss, reply=Rss, reply_number=SAY.RSS_GET_REPLY, match=_DEVICE)
    set_rss = do(ASK.RSS_SET, request=Rss, privileged="namespace")
    create_rss = do(
        ASK.RSS_CREATE_ACT, request=Rss, reply=Rss, reply_number=SAY.RSS_CREATE_ACT_REPLY, privileged="namespace"
    )
    delete_rss = do(ASK.RSS_DELETE_ACT, request=Rss, required=("context",), privileged="namespace")
    plca = do(ASK.PLCA_GET_CFG, request=Plca, reply=Plca, reply_number=SAY.PLCA_GET_CFG_REPLY)
    all_plca = dump(ASK.PLCA_GET_CFG, request=Plca, reply=Plca, reply_number=SAY.PLCA_GET_CFG_REPLY, match=_DEVICE)
    set_plca = do(ASK.PLCA_SET_CFG, request=Plca, privileged="namespace")
    plca_status = do(ASK.PLCA_GET_STATUS, request=Plca, reply=Plca, reply_number=SAY.PLCA_GET_STATUS_REPLY)
    plca_statuses = dump(
        ASK.PLCA_GET_STATUS, request=Plca, reply=Plca, reply_number=SAY.PLCA_GET_STATUS_REPLY, match=_DEVICE
    )

    linkinfo_changed = event(SAY.LINKINFO_NTF, LinkInfo, group="monitor")
    linkmodes_changed = event(SAY.LINKMODES_NTF, LinkModes, group="monitor")
    debug_changed = event(SAY.DEBUG_NTF, Debug, group="monitor")
    wol_changed = event(SAY.WOL_NTF, WakeOnLan, group="monitor")
    features_changed = event(SAY.FEATURES_NTF, Features, group="monitor")
    privflags_changed = event(SAY.PRIVFLAGS_NTF, PrivateFlags, group="monitor")
    rings_changed = event(SAY.RINGS_NTF, Rings, group="monitor")
    channels_changed = event(SAY.CHANNELS_NTF, Channels, group="monitor")
    coalesce_changed = event(SAY.COALESCE_NTF, Coalesce, group="monitor")
    pause_changed = event(SAY.PAUSE_NTF, Pause, group="monitor")
    eee_changed = event(SAY.EEE_NTF, Eee, group="monitor")
    fec_changed = event(SAY.FEC_NTF, Fec, group="monitor")
    module_changed = event(SAY.MODULE_NTF, Module, group="monitor")
    mm_changed = event(SAY.MM_NTF, MacMerge, group="monitor")
    phy_changed = event(SAY.PHY_NTF, Phy, group="monitor")
    cable_tested = event(SAY.CABLE_TEST_NTF, CableReport, group="monitor")
    cable_measured = event(SAY.CABLE_TEST_TDR_NTF, TdrReport, group="monitor")
    module_flashed = event(SAY.MODULE_FW_FLASH_NTF, ModuleFlash, group="monitor")
    plca_changed = event(SAY.PLCA_NTF, Plca, group="monitor")
    pse_reported = event(SAY.PSE_NTF, PseReport, group="monitor")
    rss_changed = event(SAY.RSS_NTF, Rss, group="monitor")
    rss_created = event(SAY.RSS_CREATE_NTF, Rss, group="monitor")
    rss_deleted = event(SAY.RSS_DELETE_NTF, Rss, group="monitor")
