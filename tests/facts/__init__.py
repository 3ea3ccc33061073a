"""Compares declarations with what the kernel's headers, policies and specifications say.

Each function takes declarations and a `FactBook`, and returns the differences as lines for a reader.
"""
