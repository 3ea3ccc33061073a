"""How a rate is made up: guard intervals, and parts of a channel. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Enumeration


class HeGuardInterval(
    Enumeration,
    prefix="NL80211_RATE_INFO_HE_GI_",
    renamed={
        "US_0_8": "NL80211_RATE_INFO_HE_GI_0_8",
        "US_1_6": "NL80211_RATE_INFO_HE_GI_1_6",
        "US_3_2": "NL80211_RATE_INFO_HE_GI_3_2",
    },
    labels={"US_0_8": "0.8", "US_1_6": "1.6", "US_3_2": "3.2"},
):
    """Guard intervals of HE, in microseconds."""

    US_0_8 = 0
    US_1_6 = 1
    US_3_2 = 2


class HeLtf(
    Enumeration,
    prefix="NL80211_RATE_INFO_HE_",
    renamed={
        "LTF_1XLTF": "NL80211_RATE_INFO_HE_1XLTF",
        "LTF_2XLTF": "NL80211_RATE_INFO_HE_2XLTF",
        "LTF_4XLTF": "NL80211_RATE_INFO_HE_4XLTF",
    },
    labels={"LTF_1XLTF": "1x", "LTF_2XLTF": "2x", "LTF_4XLTF": "4x"},
):
    """Training fields of HE."""

    LTF_1XLTF = 0
    LTF_2XLTF = 1
    LTF_4XLTF = 2


class HeRu(
    Enumeration,
    prefix="NL80211_RATE_INFO_HE_RU_ALLOC_",
    renamed={
        "RU_26": "NL80211_RATE_INFO_HE_RU_ALLOC_26",
        "RU_52": "NL80211_RATE_INFO_HE_RU_ALLOC_52",
        "RU_106": "NL80211_RATE_INFO_HE_RU_ALLOC_106",
        "RU_242": "NL80211_RATE_INFO_HE_RU_ALLOC_242",
        "RU_484": "NL80211_RATE_INFO_HE_RU_ALLOC_484",
        "RU_996": "NL80211_RATE_INFO_HE_RU_ALLOC_996",
        "RU_2x996": "NL80211_RATE_INFO_HE_RU_ALLOC_2x996",
    },
    labels={
        "RU_26": "26",
        "RU_52": "52",
        "RU_106": "106",
        "RU_242": "242",
        "RU_484": "484",
        "RU_996": "996",
        "RU_2x996": "2x996",
    },
):
    """Parts of a channel of HE, in tones."""

    RU_26 = 0
    RU_52 = 1
    RU_106 = 2
    RU_242 = 3
    RU_484 = 4
    RU_996 = 5
    RU_2x996 = 6


class EhtGuardInterval(
    Enumeration,
    prefix="NL80211_RATE_INFO_EHT_GI_",
    renamed={
        "US_0_8": "NL80211_RATE_INFO_EHT_GI_0_8",
        "US_1_6": "NL80211_RATE_INFO_EHT_GI_1_6",
        "US_3_2": "NL80211_RATE_INFO_EHT_GI_3_2",
    },
    labels={"US_0_8": "0.8", "US_1_6": "1.6", "US_3_2": "3.2"},
):
    """Guard intervals of EHT, in microseconds."""

    US_0_8 = 0
    US_1_6 = 1
    US_3_2 = 2


class EhtLtf(
    Enumeration,
    prefix="NL80211_RATE_INFO_EHT_",
    renamed={
        "LTF_1XLTF": "NL80211_RATE_INFO_EHT_1XLTF",
        "LTF_2XLTF": "NL80211_RATE_INFO_EHT_2XLTF",
        "LTF_4XLTF": "NL80211_RATE_INFO_EHT_4XLTF",
        "LTF_6XLTF": "NL80211_RATE_INFO_EHT_6XLTF",
        "LTF_8XLTF": "NL80211_RATE_INFO_EHT_8XLTF",
    },
    labels={"LTF_1XLTF": "1x", "LTF_2XLTF": "2x", "LTF_4XLTF": "4x", "LTF_6XLTF": "6x", "LTF_8XLTF": "8x"},
):
    """Training fields of EHT."""

    LTF_1XLTF = 0
    LTF_2XLTF = 1
    LTF_4XLTF = 2
    LTF_6XLTF = 3
    LTF_8XLTF = 4


class EhtRu(
    Enumeration,
    prefix="NL80211_RATE_INFO_EHT_RU_ALLOC_",
    renamed={
        "RU_26": "NL80211_RATE_INFO_EHT_RU_ALLOC_26",
        "RU_52": "NL80211_RATE_INFO_EHT_RU_ALLOC_52",
        "RU_52P26": "NL80211_RATE_INFO_EHT_RU_ALLOC_52P26",
        "RU_106": "NL80211_RATE_INFO_EHT_RU_ALLOC_106",
        "RU_106P26": "NL80211_RATE_INFO_EHT_RU_ALLOC_106P26",
        "RU_242": "NL80211_RATE_INFO_EHT_RU_ALLOC_242",
        "RU_484": "NL80211_RATE_INFO_EHT_RU_ALLOC_484",
        "RU_484P242": "NL80211_RATE_INFO_EHT_RU_ALLOC_484P242",
        "RU_996": "NL80211_RATE_INFO_EHT_RU_ALLOC_996",
        "RU_996P484": "NL80211_RATE_INFO_EHT_RU_ALLOC_996P484",
        "RU_996P484P242": "NL80211_RATE_INFO_EHT_RU_ALLOC_996P484P242",
        "RU_2x996": "NL80211_RATE_INFO_EHT_RU_ALLOC_2x996",
        "RU_2x996P484": "NL80211_RATE_INFO_EHT_RU_ALLOC_2x996P484",
        "RU_3x996": "NL80211_RATE_INFO_EHT_RU_ALLOC_3x996",
        "RU_3x996P484": "NL80211_RATE_INFO_EHT_RU_ALLOC_3x996P484",
        "RU_4x996": "NL80211_RATE_INFO_EHT_RU_ALLOC_4x996",
    },
    labels={
        "RU_26": "26",
        "RU_52": "52",
        "RU_52P26": "52p26",
        "RU_106": "106",
        "RU_106P26": "106p26",
        "RU_242": "242",
        "RU_484": "484",
        "RU_484P242": "484p242",
        "RU_996": "996",
        "RU_996P484": "996p484",
        "RU_996P484P242": "996p484p242",
        "RU_2x996": "2x996",
        "RU_2x996P484": "2x996p484",
        "RU_3x996": "3x996",
        "RU_3x996P484": "3x996p484",
        "RU_4x996": "4x996",
    },
):
    """Parts of a channel of EHT, in tones."""

    RU_26 = 0
    RU_52 = 1
    RU_52P26 = 2
    RU_106 = 3
    RU_106P26 = 4
    RU_242 = 5
    RU_484 = 6
    RU_484P242 = 7
    RU_996 = 8
    RU_996P484 = 9
    RU_996P484P242 = 10
    RU_2x996 = 11
    RU_2x996P484 = 12
    RU_3x996 = 13
    RU_3x996P484 = 14
    RU_4x996 = 15
