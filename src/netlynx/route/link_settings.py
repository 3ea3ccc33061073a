"""Settings of IP on a link, as sysctl has them: ``/proc/sys/net/ipv4/conf/*`` and ``/proc/sys/net/ipv6/conf/*``.

The kernel sends each set as an array of numbers, by index. A newer kernel's has more (`tail`), an older one's fewer.
Source: linux/ip.h, linux/ipv6.h.
"""

from __future__ import annotations

from typing import ClassVar

from netlynx.schema import Layout, member, s32
from netlynx.schema.facts import NoFacts

_ARRAY = NoFacts("an array by the numbers of an enum, not a struct of the headers")


class Ipv4Settings(Layout):
    """IPv4 settings of a link (`IPV4_DEVCONF_*`, from 1 on). Source: linux/ip.h, net/ipv4/devinet.c."""

    __facts__: ClassVar[NoFacts] = _ARRAY

    forwarding: int = member(s32)
    mc_forwarding: int = member(s32)
    proxy_arp: int = member(s32)
    accept_redirects: int = member(s32)
    secure_redirects: int = member(s32)
    send_redirects: int = member(s32)
    shared_media: int = member(s32)
    rp_filter: int = member(s32)
    accept_source_route: int = member(s32)
    bootp_relay: int = member(s32)
    log_martians: int = member(s32)
    tag: int = member(s32)
    arpfilter: int = member(s32)
    medium_id: int = member(s32)
    noxfrm: int = member(s32)
    nopolicy: int = member(s32)
    force_igmp_version: int = member(s32)
    arp_announce: int = member(s32)
    arp_ignore: int = member(s32)
    promote_secondaries: int = member(s32)
    arp_accept: int = member(s32)
    arp_notify: int = member(s32)
    accept_local: int = member(s32)
    src_vmark: int = member(s32)
    proxy_arp_pvlan: int = member(s32)
    route_localnet: int = member(s32)
    igmpv2_unsolicited_report_interval: int = member(s32)  # ms
    igmpv3_unsolicited_report_interval: int = member(s32)  # ms
    ignore_routes_with_linkdown: int = member(s32)
    drop_unicast_in_l2_multicast: int = member(s32)
    drop_gratuitous_arp: int = member(s32)
    bc_forwarding: int = member(s32)
    arp_evict_nocarrier: int = member(s32)


class Ipv6Settings(Layout):
    """IPv6 settings of a link (`DEVCONF_*`, from 0 on), with the kernel's spelling.

    Intervals are in milliseconds, lifetimes and `max_desync_factor` in seconds.
    `stable_secret` is always 0: the secret is not shown. Source: linux/ipv6.h, ipv6_store_devconf in
    net/ipv6/addrconf.c.
    """

    __facts__: ClassVar[NoFacts] = _ARRAY

    forwarding: int = member(s32)
    hoplimit: int = member(s32)
    mtu6: int = member(s32)  # bytes
    accept_ra: int = member(s32)
    accept_redirects: int = member(s32)
    autoconf: int = member(s32)
    dad_transmits: int = member(s32)
    rtr_solicits: int = member(s32)
    rtr_solicit_interval: int = member(s32)  # ms
    rtr_solicit_delay: int = member(s32)  # ms
    use_tempaddr: int = member(s32)
    temp_valid_lft: int = member(s32)  # seconds
    temp_prefered_lft: int = member(s32)  # seconds
    regen_max_retry: int = member(s32)
    max_desync_factor: int = member(s32)  # seconds
    max_addresses: int = member(s32)
    force_mld_version: int = member(s32)
    accept_ra_defrtr: int = member(s32)
    accept_ra_pinfo: int = member(s32)
    accept_ra_rtr_pref: int = member(s32)
    rtr_probe_interval: int = member(s32)  # ms
    accept_ra_rt_info_max_plen: int = member(s32)
    proxy_ndp: int = member(s32)
    optimistic_dad: int = member(s32)
    accept_source_route: int = member(s32)
    mc_forwarding: int = member(s32)
    disable_ipv6: int = member(s32)
    accept_dad: int = member(s32)
    force_tllao: int = member(s32)
    ndisc_notify: int = member(s32)
    mldv1_unsolicited_report_interval: int = member(s32)  # ms
    mldv2_unsolicited_report_interval: int = member(s32)  # ms
    suppress_frag_ndisc: int = member(s32)
    accept_ra_from_local: int = member(s32)
    use_optimistic: int = member(s32)
    accept_ra_mtu: int = member(s32)
    stable_secret: int = member(s32)
    use_oif_addrs_only: int = member(s32)
    accept_ra_min_hop_limit: int = member(s32)
    ignore_routes_with_linkdown: int = member(s32)
    drop_unicast_in_l2_multicast: int = member(s32)
    drop_unsolicited_na: int = member(s32)
    keep_addr_on_down: int = member(s32)
    rtr_solicit_max_interval: int = member(s32)  # ms
    seg6_enabled: int = member(s32)
    seg6_require_hmac: int = member(s32)
    enhanced_dad: int = member(s32)
    addr_gen_mode: int = member(s32)
    disable_policy: int = member(s32)
    accept_ra_rt_info_min_plen: int = member(s32)
    ndisc_tclass: int = member(s32)
    rpl_seg_enabled: int = member(s32)
    ra_defrtr_metric: int = member(s32)
    ioam6_enabled: int = member(s32)
    ioam6_id: int = member(s32)
    ioam6_id_wide: int = member(s32)
    ndisc_evict_nocarrier: int = member(s32)
    accept_untracked_na: int = member(s32)
    accept_ra_min_lft: int = member(s32)  # seconds
    force_forwarding: int = member(s32)
