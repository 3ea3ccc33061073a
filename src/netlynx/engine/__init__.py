"""Sans-I/O netlink: bytes in, typed outcomes out. No socket, no thread and no clock in this room."""
