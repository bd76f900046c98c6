"""The command line: what people and schedulers type, and the status it ends with."""

__all__ = ["start"]


def start() -> None:
    """Run the command line and end the process with its status."""
    # Only now: each of the pool's processes imports the script that started the run, and needs none of this.
    from adlocalizer.cli.main import main

    main()
