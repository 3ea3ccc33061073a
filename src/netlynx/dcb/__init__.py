"""Data Center Bridging: which priority frames have, how they are sent by it, and what is agreed on with the other end
of the link (`dcb`).

    from netlynx import dcb

    found = nl.do(dcb.device("eth0"))
    print(found.ets.shares, found.pfc.enabled, found.applications)
    nl.do(dcb.add(dcb.Device(name="eth0", applications=[dcb.Application(selector="dscp", protocol=46, priority=5)])))
    nl.do(dcb.change(found.replace(pfc={"enabled": 1 << 3})))

Source: linux/dcbnl.h, net/dcb/dcbnl.c, dcb(8).
"""

from netlynx.dcb.records import Answer as Answer
from netlynx.dcb.records import BackwardCongestion as BackwardCongestion
from netlynx.dcb.records import Capabilities as Capabilities
from netlynx.dcb.records import CeeApplication as CeeApplication
from netlynx.dcb.records import ClassCounts as ClassCounts
from netlynx.dcb.records import Device as Device
from netlynx.dcb.records import Features as Features
from netlynx.dcb.records import FlowControl as FlowControl
from netlynx.dcb.records import Groups as Groups
from netlynx.dcb.records import Query as Query
from netlynx.dcb.records import TrafficClass as TrafficClass
from netlynx.dcb.requests import CHANGES as CHANGES
from netlynx.dcb.requests import add as add
from netlynx.dcb.requests import application as application
from netlynx.dcb.requests import backward_congestion as backward_congestion
from netlynx.dcb.requests import capabilities as capabilities
from netlynx.dcb.requests import cee as cee
from netlynx.dcb.requests import change as change
from netlynx.dcb.requests import class_counts as class_counts
from netlynx.dcb.requests import commit as commit
from netlynx.dcb.requests import dcbx as dcbx
from netlynx.dcb.requests import delete as delete
from netlynx.dcb.requests import device as device
from netlynx.dcb.requests import devices as devices
from netlynx.dcb.requests import features as features
from netlynx.dcb.requests import flow_control as flow_control
from netlynx.dcb.requests import flow_control_state as flow_control_state
from netlynx.dcb.requests import groups as groups
from netlynx.dcb.requests import ieee as ieee
from netlynx.dcb.requests import permanent_address as permanent_address
from netlynx.dcb.requests import set_groups as set_groups
from netlynx.dcb.requests import state as state
from netlynx.dcb.structs import PRIORITIES as PRIORITIES
from netlynx.dcb.structs import Application as Application
from netlynx.dcb.structs import Buffer as Buffer
from netlynx.dcb.structs import Congestion as Congestion
from netlynx.dcb.structs import CongestionState as CongestionState
from netlynx.dcb.structs import CongestionStatistics as CongestionStatistics
from netlynx.dcb.structs import DcbxMode as DcbxMode
from netlynx.dcb.structs import Ets as Ets
from netlynx.dcb.structs import FeatureFlags as FeatureFlags
from netlynx.dcb.structs import MaxRates as MaxRates
from netlynx.dcb.structs import PeerApplications as PeerApplications
from netlynx.dcb.structs import PeerGroups as PeerGroups
from netlynx.dcb.structs import PeerPfc as PeerPfc
from netlynx.dcb.structs import Pfc as Pfc
from netlynx.dcb.structs import Selection as Selection
from netlynx.dcb.structs import Selector as Selector
