"""Information elements of IEEE 802.11: what networks and stations say of themselves in their frames."""
