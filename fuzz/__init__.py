"""Fuzzing, guided by the coverage of the native codec: `make fuzz`. See docs/fuzzing.md."""
