"""The family ``binder``."""

from __future__ import annotations

from .generated import BINDER_A_REPORT, BINDER_CMD, REPORT, Binder, Report

__all__ = ["BINDER_A_REPORT", "BINDER_CMD", "REPORT", "Binder", "Report"]
