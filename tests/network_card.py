"""A network card in Python, for tests of ethtool: what it takes hardware to have. Also a kernel for `--kernel`."""

from __future__ import annotations

from typing import Any

from netlynx.ethtool import (
    UNKNOWN_SPEED,
    Bits,
    CableCode,
    CableReport,
    CableStatus,
    CounterGroup,
    Duplex,
    Ethtool,
    FaultPlace,
    Features,
    LinkDownReason,
    LinkInfo,
    LinkModes,
    LinkState,
    MacCounter,
    ModuleEeprom,
    Pair,
    PairResult,
    Pause,
    PauseStatistics,
    Port,
    RequestFlags,
    Rings,
    Rss,
    Statistics,
    StatisticsGroup,
    StringEntry,
    StringSet,
    StringSetId,
    StringSets,
    TdrAmplitude,
    TdrPulse,
    TdrRange,
    TdrReport,
)
from netlynx.kernel import Request, VirtualKernel

LINK_STATES = (
    LinkState(device="lo", device_index=1, link=True),
    LinkState(device="eth0", device_index=2, link=True),
    LinkState(device="eth1", device_index=3, link=False, reason=LinkDownReason.NO_CABLE),
)
LINK_MODES = (
    LinkModes(device="eth0", device_index=2, autonegotiation=True, speed=2500, duplex=Duplex.FULL),
    LinkModes(device="eth1", device_index=3, autonegotiation=False, speed=UNKNOWN_SPEED, duplex=Duplex.UNKNOWN),
)
LINK_INFOS = (LinkInfo(device="eth0", device_index=2, port=Port.TP),)


class Card:
    """Rings that can be set, features, counters, a module, a cable that is cut."""

    def __init__(self, kernel: VirtualKernel) -> None:
        self.rings = Rings(device="eth0", device_index=2, rx_max=4096, tx_max=4096, rx=256, tx=256)
        self.asked: list[Any] = []
        self.service = service = kernel.family(Ethtool)
        service.handles(Ethtool.rings)(lambda request: self.rings)
        service.handles(Ethtool.all_rings)(lambda request: iter([self.rings]))
        service.handles(Ethtool.set_rings)(self.set_rings)
        service.handles(Ethtool.set_features)(self.set_features)
        service.handles(Ethtool.pause)(self.pause)
        service.handles(Ethtool.statistics)(self.statistics)
        service.handles(Ethtool.string_sets)(self.string_sets)
        service.handles(Ethtool.test_cable)(self.test_cable)
        service.handles(Ethtool.eeprom)(self.eeprom)
        service.handles(Ethtool.create_rss)(lambda request: Rss(device="eth0", context=1, hash_function=1))
        service.handles(Ethtool.flash_module)(self.flash)

        service.handles(Ethtool.measure_cable)(self.measure_cable)
        service.handles(Ethtool.linkstates)(lambda request: iter(LINK_STATES))
        service.handles(Ethtool.all_linkmodes)(lambda request: iter(LINK_MODES))
        service.handles(Ethtool.linkinfos)(lambda request: iter(LINK_INFOS))

    def set_rings(self, request: Request) -> None:
        self.asked.append(request.record)
        self.rings = Rings(device="eth0", device_index=2, rx_max=4096, tx_max=4096, rx=request.record.rx, tx=256)
        self.service.rings_changed(self.rings)

    def set_features(self, request: Request) -> Features:
        self.asked.append(request.record)
        return Features(device="eth0", wanted=Bits(off=()), active=request.record.wanted)

    def pause(self, request: Request) -> Pause:
        counted = PauseStatistics(tx_frames=1, rx_frames=2**40)
        wanted = request.record.request_flags == RequestFlags.STATS
        return Pause(device="eth0", autonegotiation=True, rx=True, tx=False, statistics=counted if wanted else None)

    def statistics(self, request: Request) -> Statistics:
        assert request.record.wanted == Bits(on=("eth-mac",))
        counters = ({MacCounter.TX_PACKETS: 7}, {MacCounter.RX_PACKETS: 9}, {99: 1})
        return Statistics(device="eth0", groups=(CounterGroup(id=StatisticsGroup.ETH_MAC, counters=counters),))

    def string_sets(self, request: Request) -> StringSets:
        entries = (StringEntry(index=0, value="loopback"), StringEntry(index=1, value="legacy-rx"))
        assert [each.id for each in request.record.sets] == [StringSetId.PRIV_FLAGS]
        return StringSets(sets=(StringSet(id=StringSetId.PRIV_FLAGS, count=2, strings=entries),))

    def test_cable(self, request: Request) -> None:
        self.service.cable_tested(CableReport(device="eth0", status=CableStatus.STARTED))
        results = (PairResult(pair=Pair.A, code=CableCode.OK), PairResult(pair=Pair.B, code=CableCode.OPEN))
        faults = (FaultPlace(pair=Pair.B, centimetres=4200),)
        said = CableReport(device="eth0", status=CableStatus.COMPLETED, results=results, faults=faults)
        self.service.cable_tested(said)

    def measure_cable(self, request: Request) -> None:
        self.service.cable_measured(TdrReport(device="eth0", status=CableStatus.STARTED))
        amplitudes = (TdrAmplitude(pair=Pair.A, millivolts=20), TdrAmplitude(pair=Pair.A, millivolts=-750))
        said = TdrReport(
            device="eth0",
            status=CableStatus.COMPLETED,
            ranges=(TdrRange(first=100, last=200, step=100),),
            amplitudes=amplitudes,
            pulses=(TdrPulse(millivolts=1000),),
        )
        self.service.cable_measured(said)

    def eeprom(self, request: Request) -> ModuleEeprom:
        return ModuleEeprom(data=bytes(range(request.record.offset, request.record.offset + request.record.length)))

    def flash(self, request: Request) -> None:
        self.asked.append(request.record)


kernel = VirtualKernel()
Card(kernel)
