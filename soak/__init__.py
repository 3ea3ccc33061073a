"""Netlynx under load for as long as one likes: `make soak`. See docs/soak.md."""
