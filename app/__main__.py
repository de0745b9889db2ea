"""`python -m app`: the same as the `tocsin` command."""

from app.cli import main

if __name__ == "__main__":
    main()
