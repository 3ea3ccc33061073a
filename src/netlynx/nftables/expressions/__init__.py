"""The expressions of nftables, one class for each of the kernel's.

Source: linux/netfilter/nf_tables.h, net/netfilter/nft_*.c.
"""
