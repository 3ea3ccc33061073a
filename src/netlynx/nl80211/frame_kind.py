"""Frames as a kind of field: what reads them is loaded once there are some."""

from __future__ import annotations

from typing import Any

from netlynx.schema import Kind, hook, nest


def _record() -> Any:
    from .frame import Frame

    return Frame


def _read(payload: bytes) -> Any:
    try:
        return _record().of(payload)
    except ValueError:  # it ends too early
        return NotImplemented


def _bytes_of(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if not isinstance(value, _record()):
        raise TypeError(f"a frame is bytes, not {value!r}")
    data: bytes | None = value.data
    if data is None:
        raise ValueError("a frame is sent as the bytes in `data`, which this one lacks: make_frame makes them")
    return data


frame_bytes: Kind = hook(_read, _bytes_of, shown=nest(_record), pure=True)
"""A management frame: bytes on the wire, read as `Frame`; one that ends too early stays as it is."""
