"""Families of generic netlink that have no command of their own, a folder each.

    from netlynx.families import team

    for each in nl.do(team.get_options(team_ifindex="t0")).list_option.option:
        print(each.name, each.data)

Those that have a file or folder ``generated`` are made of kernel specs, and written anew by ``netlynx family generate
SPEC --out src/netlynx/families/NAME --facts``; what is refined by hand stands in their ``__init__.py``. The others
began as what the same command makes of C. How far each was tried says docs/families.md.
"""
