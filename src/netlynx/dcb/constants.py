"""Numbers of Data Center Bridging's messages. Source: linux/dcbnl.h."""

from __future__ import annotations

from netlynx.schema import Constants


class DCB_CMD(Constants):
    """What a message asks for."""

    UNDEFINED = 0
    GSTATE = 1
    SSTATE = 2
    PGTX_GCFG = 3
    PGTX_SCFG = 4
    PGRX_GCFG = 5
    PGRX_SCFG = 6
    PFC_GCFG = 7
    PFC_SCFG = 8
    SET_ALL = 9
    GPERM_HWADDR = 10
    GCAP = 11
    GNUMTCS = 12
    SNUMTCS = 13
    PFC_GSTATE = 14
    PFC_SSTATE = 15
    BCN_GCFG = 16
    BCN_SCFG = 17
    GAPP = 18
    SAPP = 19
    IEEE_SET = 20
    IEEE_GET = 21
    GDCBX = 22
    SDCBX = 23
    GFEATCFG = 24
    SFEATCFG = 25
    CEE_GET = 26
    IEEE_DEL = 27


class DCB_ATTR(Constants):
    """Attributes of a message."""

    UNDEFINED = 0
    IFNAME = 1
    STATE = 2
    PFC_STATE = 3
    PFC_CFG = 4
    NUM_TC = 5
    PG_CFG = 6
    SET_ALL = 7
    PERM_HWADDR = 8
    CAP = 9
    NUMTCS = 10
    BCN = 11
    APP = 12
    IEEE = 13
    DCBX = 14
    FEATCFG = 15
    CEE = 16


class DCB_ATTR_IEEE(
    Constants,
    renamed={
        "BUFFER": "DCB_ATTR_DCB_BUFFER",
        "APP_TRUST_TABLE": "DCB_ATTR_DCB_APP_TRUST_TABLE",
        "REWR_TABLE": "DCB_ATTR_DCB_REWR_TABLE",
    },
):
    """Attributes of what IEEE 802.1Qaz has (DCB_ATTR_IEEE)."""

    UNSPEC = 0
    ETS = 1
    PFC = 2
    APP_TABLE = 3
    PEER_ETS = 4
    PEER_PFC = 5
    PEER_APP = 6
    MAXRATE = 7
    QCN = 8
    QCN_STATS = 9
    BUFFER = 10
    APP_TRUST_TABLE = 11
    REWR_TABLE = 12


class DCB_ATTR_IEEE_APP(Constants, prefix="DCB_ATTR_"):
    """Attributes of a table of priorities; DCB_APP is for selectors that are of no standard."""

    IEEE_APP_UNSPEC = 0
    IEEE_APP = 1
    DCB_APP = 2


class DCB_ATTR_CEE(Constants):
    """Attributes of what CEE has (DCB_ATTR_CEE)."""

    UNSPEC = 0
    PEER_PG = 1
    PEER_PFC = 2
    PEER_APP_TABLE = 3
    TX_PG = 4
    RX_PG = 5
    PFC = 6
    APP_TABLE = 7
    FEAT = 8


class DCB_ATTR_CEE_PEER_APP(Constants, prefix="DCB_ATTR_CEE_"):
    """Attributes of DCB_ATTR_CEE_PEER_APP_TABLE."""

    PEER_APP_UNSPEC = 0
    PEER_APP_INFO = 1
    PEER_APP = 2


class DCB_PFC_UP_ATTR(Constants, renamed={f"UP_{at}": f"DCB_PFC_UP_ATTR_{at}" for at in range(8)}):
    """Priorities, with flow control or without."""

    UNDEFINED = 0
    UP_0 = 1
    UP_1 = 2
    UP_2 = 3
    UP_3 = 4
    UP_4 = 5
    UP_5 = 6
    UP_6 = 7
    UP_7 = 8
    ALL = 9


class DCB_PG_ATTR(Constants):
    """Attributes of priority groups."""

    UNDEFINED = 0
    TC_0 = 1
    TC_1 = 2
    TC_2 = 3
    TC_3 = 4
    TC_4 = 5
    TC_5 = 6
    TC_6 = 7
    TC_7 = 8
    TC_ALL = 10
    BW_ID_0 = 11
    BW_ID_1 = 12
    BW_ID_2 = 13
    BW_ID_3 = 14
    BW_ID_4 = 15
    BW_ID_5 = 16
    BW_ID_6 = 17
    BW_ID_7 = 18
    BW_ID_ALL = 20


class DCB_TC_ATTR_PARAM(Constants):
    """Attributes of a traffic class."""

    UNDEFINED = 0
    PGID = 1
    UP_MAPPING = 2
    STRICT_PRIO = 3
    BW_PCT = 4
    ALL = 5


class DCB_CAP_ATTR(Constants):
    """What a device is capable of."""

    UNDEFINED = 0
    ALL = 1
    PG = 2
    PFC = 3
    UP2TC = 4
    PG_TCS = 5
    PFC_TCS = 6
    GSP = 7
    BCN = 8
    DCBX = 9


class DCB_NUMTCS_ATTR(Constants):
    """Of what there are how many traffic classes."""

    UNDEFINED = 0
    ALL = 1
    PG = 2
    PFC = 3


class DCB_BCN_ATTR(Constants):
    """Attributes of backward congestion notification."""

    UNDEFINED = 0
    RP_0 = 1
    RP_1 = 2
    RP_2 = 3
    RP_3 = 4
    RP_4 = 5
    RP_5 = 6
    RP_6 = 7
    RP_7 = 8
    RP_ALL = 9
    BCNA_0 = 10
    BCNA_1 = 11
    ALPHA = 12
    BETA = 13
    GD = 14
    GI = 15
    TMAX = 16
    TD = 17
    RMIN = 18
    W = 19
    RD = 20
    RU = 21
    WRTT = 22
    RI = 23
    C = 24
    ALL = 25


class DCB_FEATCFG_ATTR(Constants):
    """Features that are negotiated."""

    UNDEFINED = 0
    ALL = 1
    PG = 2
    PFC = 3
    APP = 4


class DCB_APP_ATTR(Constants):
    """Attributes of an application of CEE."""

    UNDEFINED = 0
    IDTYPE = 1
    ID = 2
    PRIORITY = 3
