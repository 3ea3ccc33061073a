"""Tables as plain data, one module a listing, written by `make outlines`. They import nothing."""
