# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, embedsignature=True
"""The native codec: runs plans. A plan is what a record class compiles to (see `netlynx.schema`); decoding
writes the slots of the record directly, encoding reads them, and nothing is done in Python per attribute."""

include "_plan.pxi"
include "_text.pxi"
include "_objects.pxi"
include "_values.pxi"
include "_decode.pxi"
include "_shapes.pxi"
include "_encode.pxi"
include "_addresses.pxi"
include "_filter.pxi"
include "_messages.pxi"
include "_records.pxi"
include "_batch.pxi"
include "_json.pxi"
