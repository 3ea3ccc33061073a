"""Capabilities in words: HT, VHT, HE, EHT, of RSN, of a network, and the extended ones.

Source: IEEE 802.11-2020, 9.4.1.4, 9.4.2.24, 9.4.2.26, 9.4.2.55, 9.4.2.157; 802.11ax, 9.4.2.248; 802.11be, 9.4.2.313;
linux/ieee80211.h. Tables are read as `netlynx.nl80211.words` says.
"""

from __future__ import annotations

from .words import Bit, Choice, Number, Table

HT: Table = (
    Bit(0, "rx-ldpc"),
    Bit(1, "ht40"),
    Choice(2, 2, {0: "static-sm-ps", 1: "dynamic-sm-ps", 3: "no-sm-ps"}),
    Bit(4, "rx-greenfield"),
    Bit(5, "short-gi-20"),
    Bit(6, "short-gi-40"),
    Bit(7, "tx-stbc"),
    Number(8, 2, "rx-stbc"),
    Bit(10, "delayed-block-ack"),
    Choice(11, 1, {0: "max-amsdu-3839", 1: "max-amsdu-7935"}),
    Bit(12, "dsss-cck-40"),
    Bit(14, "40mhz-intolerant"),
    Bit(15, "lsig-txop"),
)
VHT: Table = (
    Choice(0, 2, {0: "max-mpdu-3895", 1: "max-mpdu-7991", 2: "max-mpdu-11454"}),
    Choice(2, 2, {1: "160mhz", 2: "160mhz-80p80"}),
    Bit(4, "rx-ldpc"),
    Bit(5, "short-gi-80"),
    Bit(6, "short-gi-160"),
    Bit(7, "tx-stbc"),
    Number(8, 3, "rx-stbc"),
    Bit(11, "su-beamformer"),
    Bit(12, "su-beamformee"),
    Number(13, 3, "beamformee-sts"),
    Number(16, 3, "sounding-dimensions"),
    Bit(19, "mu-beamformer"),
    Bit(20, "mu-beamformee"),
    Bit(21, "txop-ps"),
    Bit(22, "htc"),
    Number(23, 3, "max-ampdu-exponent"),
    Number(26, 2, "link-adaptation"),
    Bit(28, "rx-antenna-pattern"),
    Bit(29, "tx-antenna-pattern"),
    Number(30, 2, "extended-nss"),
)
HE_MAC: Table = (
    Bit(0, "htc"),
    Bit(1, "twt-requester"),
    Bit(2, "twt-responder"),
    Number(3, 2, "fragmentation"),
    Number(5, 3, "max-fragmented-msdus"),
    Number(8, 2, "min-fragment"),
    Number(10, 2, "trigger-padding"),
    Number(12, 3, "multi-tid-rx"),
    Number(15, 2, "link-adaptation"),
    Bit(17, "all-ack"),
    Bit(18, "trs"),
    Bit(19, "bsr"),
    Bit(20, "broadcast-twt"),
    Bit(21, "32-bit-ba-bitmap"),
    Bit(22, "mu-cascading"),
    Bit(23, "ack-enabled-aggregation"),
    Bit(25, "om-control"),
    Bit(26, "ofdma-ra"),
    Number(27, 2, "max-ampdu-exponent"),
    Bit(29, "amsdu-fragmentation"),
    Bit(30, "flexible-twt"),
    Bit(31, "rx-control-multi-bss"),
    Bit(32, "bsrp-bqrp-ampdu"),
    Bit(33, "qtp"),
    Bit(34, "bqr"),
    Bit(35, "psr-responder"),
    Bit(36, "ndp-feedback"),
    Bit(37, "ops"),
    Bit(38, "amsdu-in-ampdu"),
    Number(39, 3, "multi-tid-tx"),
    Bit(42, "subchannel-selective"),
    Bit(43, "ul-2x996"),
    Bit(44, "om-control-ul-mu-disable"),
    Bit(45, "dynamic-sm-ps"),
    Bit(46, "punctured-sounding"),
    Bit(47, "ht-vht-trigger"),
)
HE_PHY: Table = (
    Bit(1, "40mhz-in-2.4ghz"),
    Bit(2, "40-80mhz-in-5ghz"),
    Bit(3, "160mhz-in-5ghz"),
    Bit(4, "80p80-in-5ghz"),
    Bit(5, "242-tone-in-2.4ghz"),
    Bit(6, "242-tone-in-5ghz"),
    Number(8, 4, "punctured-rx"),
    Bit(12, "class-a"),
    Bit(13, "ldpc"),
    Bit(14, "su-1x-ltf-0.8us"),
    Number(15, 2, "midamble-rx-nsts"),
    Bit(17, "ndp-4x-ltf-3.2us"),
    Bit(18, "tx-stbc-80"),
    Bit(19, "rx-stbc-80"),
    Bit(20, "doppler-tx"),
    Bit(21, "doppler-rx"),
    Bit(22, "full-ul-mu-mimo"),
    Bit(23, "partial-ul-mu-mimo"),
    Number(24, 2, "dcm-tx"),
    Bit(26, "dcm-tx-2-streams"),
    Number(27, 2, "dcm-rx"),
    Bit(29, "dcm-rx-2-streams"),
    Bit(30, "rx-partial-su-in-20mhz"),
    Bit(31, "su-beamformer"),
    Bit(32, "su-beamformee"),
    Bit(33, "mu-beamformer"),
    Number(34, 3, "beamformee-sts-80"),
    Number(37, 3, "beamformee-sts-160"),
    Number(40, 3, "sounding-dimensions-80"),
    Number(43, 3, "sounding-dimensions-160"),
    Bit(46, "ng16-su"),
    Bit(47, "ng16-mu"),
    Bit(48, "codebook-4-2-su"),
    Bit(49, "codebook-7-5-mu"),
    Bit(50, "triggered-su-feedback"),
    Bit(51, "triggered-mu-feedback"),
    Bit(52, "triggered-cqi"),
    Bit(53, "partial-extended-range"),
    Bit(54, "partial-dl-mu-mimo"),
    Bit(55, "ppe-thresholds"),
    Bit(56, "psr-spatial-reuse"),
    Bit(57, "power-boost"),
    Bit(58, "4x-ltf-0.8us"),
    Number(59, 3, "max-nc"),
    Bit(62, "tx-stbc-160"),
    Bit(63, "rx-stbc-160"),
    Bit(64, "er-4x-ltf-0.8us"),
    Bit(65, "20-in-40mhz-2.4ghz"),
    Bit(66, "20-in-160mhz"),
    Bit(67, "80-in-160mhz"),
    Bit(68, "er-1x-ltf-0.8us"),
    Bit(69, "midamble-2x-1x-ltf"),
    Number(70, 2, "dcm-max-ru"),
    Bit(72, "long-sig-b"),
    Bit(73, "non-triggered-cqi"),
    Bit(74, "tx-1024qam-small"),
    Bit(75, "rx-1024qam-small"),
    Bit(76, "rx-compressed-sig-b"),
    Bit(77, "rx-non-compressed-sig-b"),
    Number(78, 2, "nominal-padding"),
)
EHT_MAC: Table = (
    Bit(0, "epcs"),
    Bit(1, "om-control"),
    Bit(2, "txop-sharing-1"),
    Bit(3, "txop-sharing-2"),
    Bit(4, "restricted-twt"),
    Bit(5, "scs-traffic-description"),
    Choice(6, 2, {0: "max-mpdu-3895", 1: "max-mpdu-7991", 2: "max-mpdu-11454"}),
    Number(8, 1, "max-ampdu-exponent"),
    Bit(9, "trs"),
    Bit(10, "txop-return"),
    Bit(11, "two-bqrs"),
    Number(12, 2, "link-adaptation"),
    Bit(14, "unsolicited-epcs"),
)
EHT_PHY: Table = (
    Bit(1, "320mhz-in-6ghz"),
    Bit(2, "242-tone-wide"),
    Bit(3, "ndp-4x-ltf-3.2us"),
    Bit(4, "partial-ul-mu-mimo"),
    Bit(5, "su-beamformer"),
    Bit(6, "su-beamformee"),
    Number(7, 3, "beamformee-ss-80"),
    Number(10, 3, "beamformee-ss-160"),
    Number(13, 3, "beamformee-ss-320"),
    Number(16, 3, "sounding-dimensions-80"),
    Number(19, 3, "sounding-dimensions-160"),
    Number(22, 3, "sounding-dimensions-320"),
    Bit(25, "ng16-su"),
    Bit(26, "ng16-mu"),
    Bit(27, "codebook-4-2-su"),
    Bit(28, "codebook-7-5-mu"),
    Bit(29, "triggered-su-feedback"),
    Bit(30, "triggered-mu-feedback"),
    Bit(31, "triggered-cqi"),
    Bit(32, "partial-dl-mu-mimo"),
    Bit(33, "psr-spatial-reuse"),
    Bit(34, "power-boost"),
    Bit(35, "4x-ltf-0.8us"),
    Number(36, 4, "max-nc"),
    Bit(40, "non-triggered-cqi"),
    Bit(41, "tx-1024qam-small"),
    Bit(42, "rx-1024qam-small"),
    Bit(43, "ppe-thresholds"),
    Number(44, 2, "nominal-padding"),
    Number(46, 5, "max-ltfs"),
    Number(51, 4, "mcs-15"),
    Bit(55, "duplicate-in-6ghz"),
    Bit(56, "20mhz-rx-ndp-wide"),
    Bit(57, "non-ofdma-ul-mu-80"),
    Bit(58, "non-ofdma-ul-mu-160"),
    Bit(59, "non-ofdma-ul-mu-320"),
    Bit(60, "mu-beamformer-80"),
    Bit(61, "mu-beamformer-160"),
    Bit(62, "mu-beamformer-320"),
    Bit(63, "sounding-rate-limit"),
    Bit(64, "rx-1024qam-wide"),
    Bit(65, "rx-4096qam-wide"),
)
RSN: Table = (
    Bit(0, "preauthentication"),
    Bit(1, "no-pairwise"),
    Choice(2, 2, {0: "1-ptksa-counter", 1: "2-ptksa-counters", 2: "4-ptksa-counters", 3: "16-ptksa-counters"}),
    Choice(4, 2, {0: "1-gtksa-counter", 1: "2-gtksa-counters", 2: "4-gtksa-counters", 3: "16-gtksa-counters"}),
    Bit(6, "mfp-required"),
    Bit(7, "mfp-capable"),
    Bit(8, "joint-multi-band"),
    Bit(9, "peerkey"),
    Bit(10, "spp-amsdu-capable"),
    Bit(11, "spp-amsdu-required"),
    Bit(12, "pbac"),
    Bit(13, "extended-key-id"),
    Bit(14, "ocv"),
)
NETWORK: Table = (
    Bit(0, "ess"),
    Bit(1, "ibss"),
    Bit(2, "cf-pollable"),
    Bit(3, "cf-poll-request"),
    Bit(4, "privacy"),
    Bit(5, "short-preamble"),
    Bit(6, "pbcc"),
    Bit(7, "channel-agility"),
    Bit(8, "spectrum-management"),
    Bit(9, "qos"),
    Bit(10, "short-slot-time"),
    Bit(11, "apsd"),
    Bit(12, "radio-measurement"),
    Bit(13, "dsss-ofdm"),
    Bit(14, "delayed-ack"),
    Bit(15, "immediate-ack"),
)
ERP: Table = (Bit(0, "non-erp-present"), Bit(1, "use-protection"), Bit(2, "barker-preamble"))
_EXTENDED = """
0 20-40-coexistence
2 extended-channel-switching
4 psmp
6 s-psmp
7 event
8 diagnostics
9 multicast-diagnostics
10 location-tracking
11 fms
12 proxy-arp
13 collocated-interference
14 civic-location
15 geospatial-location
16 tfs
17 wnm-sleep
18 tim-broadcast
19 bss-transition
20 qos-traffic
21 ac-station-count
22 multiple-bssid
23 timing-measurement
24 channel-usage
25 ssid-list
26 dms
27 utc-tsf-offset
28 tdls-uapsd-buffer
29 tdls-psm
30 tdls-channel-switching
31 interworking
32 qos-map
33 ebr
34 sspn-interface
36 msgcf
37 tdls
38 tdls-prohibited
39 tdls-channel-switching-prohibited
40 reject-unadmitted
44 identifier-location
45 uapsd-coexistence
46 wnm-notification
47 qab
48 utf8-ssid
49 qmf-activated
50 qmf-reconfiguration
51 robust-av-streaming
52 advanced-gcr
53 mesh-gcr
54 scs
55 qload-report
56 alternate-edca
57 unprotected-txop-negotiation
58 protected-txop-negotiation
60 protected-qload-report
61 tdls-wider-bandwidth
62 operating-mode-notification
65 channel-schedule
66 geodatabase-inband
67 network-channel-control
68 white-space-map
69 channel-availability
70 ftm-responder
71 ftm-initiator
72 fils
73 extended-spectrum-management
74 future-channel-guidance
75 pad
77 twt-requester
78 twt-responder
79 obss-narrow-ru-tolerance
80 complete-nontx-profiles
81 sae-password-ids
82 sae-password-ids-only
83 enhanced-multi-bssid
84 beacon-protection
85 mirrored-scs
86 oct
87 local-mac-policy
"""
EXTENDED: Table = (
    *(Bit(int(number), word) for number, word in (line.split() for line in _EXTENDED.split("\n") if line)),
    Number(41, 3, "service-interval"),
    Number(63, 2, "max-msdus-in-amsdu"),
)
