"""``python -m lmdmd``."""

import sys

from lmdmd.cli import main

if __name__ == "__main__":
    sys.exit(main())
