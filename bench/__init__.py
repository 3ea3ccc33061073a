"""The benchmark: netlynx beside C, libmnl, iproute2 and pyroute2, on your machine. `python -m bench --help`."""
