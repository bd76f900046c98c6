"""The command line: what people and schedulers type, and the status it ends with."""

import gc

__all__ = ["start"]


def start() -> None:
    """Run the command line and end the process with its status."""
    # What a command reads it keeps: to look through it for garbage took a quarter of a plan's time, half at the end.
    gc.set_threshold(50_000, 20, 50)
    # Only now: each of the pool's processes imports the script that started the run, and needs none of this.
    from adlocalizer.cli.main import main

    try:
        main()
    finally:
        gc.freeze()
