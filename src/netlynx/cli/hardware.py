"""What is at the ends of a device's plugs: the memory of a module, and tests of a cable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from netlynx.cli.form import Form, failed
from netlynx.cli.output import Column, write_json, write_rows, write_table
from netlynx.cli.stdout import check_output, write

if TYPE_CHECKING:
    from netlynx.client.connection import Connection
    from netlynx.ethtool import CableReport, TdrReport

_BYTES = (Column("BYTE", right=True), Column("HEXADECIMAL"), Column("TEXT"))
_LINE = 16  # bytes in a line
_HALF = 128  # bytes in each of the two halves of a page, beyond which no request may reach


def show_eeprom(nl: Connection, device: str | int, page: int, form: Form, *, bank: int, i2c: int) -> None:
    """Print a page of a module's EEPROM: of page 0 both halves, of others the upper one, which is all they have."""
    from netlynx import ethtool as room

    first = 0 if page == 0 else _HALF
    data = b""
    for offset in range(first, 2 * _HALF, _HALF):
        asked = {"offset": offset, "length": _HALF, "page": page, "bank": bank, "i2c_address": i2c}
        data += nl.do(room.eeprom(device, **asked)).data or b""
    if form is Form.TABLE:
        write_table(_BYTES, _dumped(data, first))
    else:
        row = {"device": device, "page": page, "bank": bank, "i2c_address": i2c, "offset": first, "data": data.hex()}
        write_rows([row], form)


def _dumped(data: bytes, first: int) -> Iterator[list[str]]:
    for at in range(0, len(data), _LINE):
        part = data[at : at + _LINE]
        text = "".join(chr(each) if 0x20 <= each < 0x7F else "." for each in part)
        yield [str(first + at), part.hex(" "), text]


def show_cable_test(nl: Connection, device: str | int, form: Form, *, measured: bool) -> None:
    """Have the driver test the cable, or measure its reflection, and print what it says until it has finished.

    The link goes down meanwhile. Raises typer.Exit when the receive buffer was too small for all of it.
    """
    from netlynx import ethtool as room

    tests, events = (
        (room.measure_cable, room.Ethtool.cable_measured) if measured else (room.test_cable, room.Ethtool.cable_tested)
    )
    said = []
    check_output()
    with nl.subscribe(events) as told:
        nl.do(tests(device))
        for event in told:
            record = getattr(event, "record", None)
            if record is None:
                raise failed("what the test said was lost: the receive buffer was full. Run it again")
            if device not in (record.device, record.device_index):
                continue
            said.append(record)
            if form is Form.TABLE:
                for line in _lines(record):
                    write(line, flush=True)
            elif form is Form.LINES:
                write_json([record], form)
            if record.status == room.CableStatus.COMPLETED:
                break
    if form is Form.JSON:
        write_json(said, form)


def _lines(record: CableReport | TdrReport) -> Iterator[str]:
    from netlynx.ethtool import CableReport

    yield f"{record.device}: {record.status}"
    if isinstance(record, CableReport):
        places = {fault.pair: fault.centimetres for fault in record.faults if fault.centimetres is not None}
        for result in record.results:
            at = places.get(result.pair)
            yield f"pair {result.pair}: {result.code}" + ("" if at is None else f", at {at / 100:.2f} m")
        return
    for pulse in record.pulses:
        yield f"pulse of {pulse.millivolts} mV"
    for span in record.ranges:
        yield f"every {span.step} cm from {span.first} to {span.last} cm"
    for amplitude in record.amplitudes:
        yield f"pair {amplitude.pair}: {amplitude.millivolts} mV"


def check(device: Any, subjects: Any, chosen: int) -> str | None:
    """What is wrong with how these were asked for, if anything."""
    if chosen > 1:
        return "give one of --eeprom, --test-cable and --measure-cable"
    if chosen and device is None:
        return "say whose: NAME, or --dev NAME"
    if chosen and subjects:
        return "this shows something else than a WHAT: leave one of them out"
    return None
