"""``python -m netlynx`` is the `netlynx` command."""

from netlynx.cli import main

if __name__ == "__main__":
    main()
