"""Bytes: headers, attributes, constants, the plain socket and the native codec."""
