"""The conformance suite: every case runs on the virtual kernel and on a real one."""
