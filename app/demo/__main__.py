"""`python -m app.demo [FOLDER]`: the same as `tocsin demo`."""

import sys

from app.demo import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
