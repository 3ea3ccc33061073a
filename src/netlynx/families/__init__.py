"""Families of generic netlink whose rooms were generated from their kernel specs, a folder each.

    from netlynx.families import team

    for each in nl.do(team.get_options(team_ifindex="t0")).list_option.option:
        print(each.name, each.data)

They are written anew by ``netlynx family generate SPEC --out src/netlynx/families/NAME --facts``; what is refined by
hand stands in their ``__init__.py``. How far each was tried says docs/families.md.
"""
