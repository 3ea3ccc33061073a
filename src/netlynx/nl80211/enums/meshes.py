"""What is said of meshes. Source: linux/nl80211.h."""

from __future__ import annotations

from netlynx.schema import Enumeration, FlagSet


class PlinkState(Enumeration, prefix="NL80211_PLINK_"):
    """How far two stations of a mesh are with each other."""

    LISTEN = 0
    OPN_SNT = 1
    OPN_RCVD = 2
    CNF_RCVD = 3
    ESTAB = 4
    HOLDING = 5
    BLOCKED = 6


class PlinkAction(Enumeration, prefix="NL80211_PLINK_ACTION_"):
    """What is done with another station of a mesh."""

    NO_ACTION = 0
    OPEN = 1
    BLOCK = 2


class MpathFlags(FlagSet, prefix="NL80211_MPATH_FLAG_"):
    """What is known of a path through a mesh."""

    ACTIVE = 1
    RESOLVING = 2
    SN_VALID = 4
    FIXED = 8
    RESOLVED = 16


class MeshPower(Enumeration, prefix="NL80211_MESH_POWER_"):
    """How a station of a mesh sleeps."""

    UNKNOWN = 0
    ACTIVE = 1
    LIGHT_SLEEP = 2
    DEEP_SLEEP = 3
