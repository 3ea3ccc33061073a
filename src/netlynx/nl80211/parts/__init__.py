"""The family ``nl80211`` in parts, so that who asks one thing loads one of them."""
