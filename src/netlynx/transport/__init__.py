"""What a shell reads and writes: this host's kernel, another namespace's, or a virtual one."""

from netlynx.transport.base import Kernel, Transport

__all__ = ["Kernel", "Transport"]
