"""The command line: what people and schedulers type, and the status it ends with."""

from adlocalizer.cli.main import main

__all__ = ["main"]
