"""``python -m lmdmd``, and the ``lmdmd`` command."""

import sys


def main() -> int:
    """Run the command line; whoever interrupts while it still loads is not shown where."""
    try:
        from lmdmd import cli

        return cli.main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
