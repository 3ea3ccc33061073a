"""Enumerations and flags of the family ``nl80211``, by subject."""
