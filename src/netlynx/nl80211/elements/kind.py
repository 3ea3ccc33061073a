"""Elements as a kind of field: what reads them is loaded once there are some."""

from __future__ import annotations

from typing import Any

from netlynx.schema import Kind, hook, nest


def _record() -> Any:
    from .elements import Elements

    return Elements


def _read(payload: bytes) -> Any:
    return _record().of(payload)


def _bytes_of(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, _record()):
        raise TypeError(f"elements are bytes, not {value!r}")
    data: bytes | None = value.data
    if data is None:
        raise ValueError("elements are sent as the bytes in `data`, which these lack: Elements.of(bytes) has them")
    return data


element_bytes: Kind = hook(_read, _bytes_of, shown=nest(_record), pure=True)
"""Information elements: bytes on the wire, read as `Elements`."""
