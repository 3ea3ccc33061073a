"""RDMA (NETLINK_RDMA): devices and their ports, resources, what is counted; made, renamed, moved, removed.

    from netlynx import rdma

    nl.do(rdma.add(rdma.Device(name="rxe0", driver="rxe", netdev="eth0")))
    for pair in nl.dump(rdma.queue_pairs("rxe0")):
        print(pair.number, pair.type, pair.state, pair.pid or pair.kernel)

Devices are told by their index or their name. Source: rdma/rdma_netlink.h, drivers/infiniband/core; rdma(8).
"""

from __future__ import annotations

from netlynx.rdma.binding import bind as bind
from netlynx.rdma.binding import set_counting as set_counting
from netlynx.rdma.binding import set_optional_counters as set_optional_counters
from netlynx.rdma.binding import unbind as unbind
from netlynx.rdma.changing import add as add
from netlynx.rdma.changing import change as change
from netlynx.rdma.changing import delete as delete
from netlynx.rdma.changing import set_frmr_pool as set_frmr_pool
from netlynx.rdma.changing import set_system as set_system
from netlynx.rdma.constants import CmState as CmState
from netlynx.rdma.constants import CountedResource as CountedResource
from netlynx.rdma.constants import CounterCriteria as CounterCriteria
from netlynx.rdma.constants import CounterMode as CounterMode
from netlynx.rdma.constants import DeviceCapabilities as DeviceCapabilities
from netlynx.rdma.constants import DeviceType as DeviceType
from netlynx.rdma.constants import MapFlags as MapFlags
from netlynx.rdma.constants import NameAssignType as NameAssignType
from netlynx.rdma.constants import NetnsMode as NetnsMode
from netlynx.rdma.constants import NodeType as NodeType
from netlynx.rdma.constants import Notice as Notice
from netlynx.rdma.constants import PathMigration as PathMigration
from netlynx.rdma.constants import PathUse as PathUse
from netlynx.rdma.constants import PhysicalState as PhysicalState
from netlynx.rdma.constants import PollContext as PollContext
from netlynx.rdma.constants import PortCapabilities as PortCapabilities
from netlynx.rdma.constants import PortSpace as PortSpace
from netlynx.rdma.constants import PortState as PortState
from netlynx.rdma.constants import QpState as QpState
from netlynx.rdma.constants import QpType as QpType
from netlynx.rdma.constants import SrqType as SrqType
from netlynx.rdma.counting import RawKind as RawKind
from netlynx.rdma.counting import countables as countables
from netlynx.rdma.counting import counter as counter
from netlynx.rdma.counting import counters as counters
from netlynx.rdma.counting import counting as counting
from netlynx.rdma.counting import frmr_pools as frmr_pools
from netlynx.rdma.counting import raw_resource as raw_resource
from netlynx.rdma.counting import raw_resources as raw_resources
from netlynx.rdma.counting import region_statistics as region_statistics
from netlynx.rdma.counting import statistics as statistics
from netlynx.rdma.device import Device as Device
from netlynx.rdma.device import Link as Link
from netlynx.rdma.device import Notification as Notification
from netlynx.rdma.events import DEVICES as DEVICES
from netlynx.rdma.events import MAPPER as MAPPER
from netlynx.rdma.events import SERVICES as SERVICES
from netlynx.rdma.listing import character_device as character_device
from netlynx.rdma.listing import cm_id as cm_id
from netlynx.rdma.listing import cm_ids as cm_ids
from netlynx.rdma.listing import completion_queue as completion_queue
from netlynx.rdma.listing import completion_queues as completion_queues
from netlynx.rdma.listing import context as context
from netlynx.rdma.listing import contexts as contexts
from netlynx.rdma.listing import device as device
from netlynx.rdma.listing import devices as devices
from netlynx.rdma.listing import link as link
from netlynx.rdma.listing import links as links
from netlynx.rdma.listing import memory_region as memory_region
from netlynx.rdma.listing import memory_regions as memory_regions
from netlynx.rdma.listing import protection_domain as protection_domain
from netlynx.rdma.listing import protection_domains as protection_domains
from netlynx.rdma.listing import queue_pair as queue_pair
from netlynx.rdma.listing import queue_pairs as queue_pairs
from netlynx.rdma.listing import resource_counts as resource_counts
from netlynx.rdma.listing import resources as resources
from netlynx.rdma.listing import shared_receive_queue as shared_receive_queue
from netlynx.rdma.listing import shared_receive_queues as shared_receive_queues
from netlynx.rdma.listing import system as system
from netlynx.rdma.mapper import MapperAnswer as MapperAnswer
from netlynx.rdma.mapper import MapperError as MapperError
from netlynx.rdma.mapper import MapperHello as MapperHello
from netlynx.rdma.mapper import MapperRequest as MapperRequest
from netlynx.rdma.mapper import Mapping as Mapping
from netlynx.rdma.mapper import MappingAnswer as MappingAnswer
from netlynx.rdma.mapper import MappingCount as MappingCount
from netlynx.rdma.mapper import MappingRequest as MappingRequest
from netlynx.rdma.mapper import MappingsRequest as MappingsRequest
from netlynx.rdma.mapper import PeerMapping as PeerMapping
from netlynx.rdma.mapper import PeerMappingRequest as PeerMappingRequest
from netlynx.rdma.parts import DriverValue as DriverValue
from netlynx.rdma.parts import Guid as Guid
from netlynx.rdma.parts import ValueType as ValueType
from netlynx.rdma.resource import CmId as CmId
from netlynx.rdma.resource import CompletionQueue as CompletionQueue
from netlynx.rdma.resource import Context as Context
from netlynx.rdma.resource import FrmrPool as FrmrPool
from netlynx.rdma.resource import MemoryRegion as MemoryRegion
from netlynx.rdma.resource import ProtectionDomain as ProtectionDomain
from netlynx.rdma.resource import QpNumbers as QpNumbers
from netlynx.rdma.resource import QueuePair as QueuePair
from netlynx.rdma.resource import RawResource as RawResource
from netlynx.rdma.resource import ResourceCount as ResourceCount
from netlynx.rdma.resource import Resources as Resources
from netlynx.rdma.resource import SharedReceiveQueue as SharedReceiveQueue
from netlynx.rdma.services import AddressAnswer as AddressAnswer
from netlynx.rdma.services import AddressRequest as AddressRequest
from netlynx.rdma.services import PathAnswer as PathAnswer
from netlynx.rdma.services import PathData as PathData
from netlynx.rdma.services import PathRequest as PathRequest
from netlynx.rdma.services import Timeout as Timeout
from netlynx.rdma.services import set_service_timeout as set_service_timeout
from netlynx.rdma.statistics import Bound as Bound
from netlynx.rdma.statistics import Countable as Countable
from netlynx.rdma.statistics import Countables as Countables
from netlynx.rdma.statistics import CountedValue as CountedValue
from netlynx.rdma.statistics import Counter as Counter
from netlynx.rdma.statistics import Counting as Counting
from netlynx.rdma.statistics import RegionStatistics as RegionStatistics
from netlynx.rdma.statistics import Statistics as Statistics
from netlynx.rdma.system import CharacterDevice as CharacterDevice
from netlynx.rdma.system import System as System
