"""`python -m smallsense`: the command line, for where no script directory is on the path."""

from smallsense.cli.main import main

if __name__ == "__main__":
    main()
