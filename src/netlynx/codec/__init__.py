"""The native codec: bytes to values and back, by plans that records compile to."""
