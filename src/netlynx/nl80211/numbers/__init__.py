"""Numbers of the family ``nl80211``: commands, and attributes of messages and of the nests in them."""
