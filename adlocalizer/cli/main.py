"""The commands, and how every end of one becomes an exit status."""

from __future__ import annotations

import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import typer
from typer import Abort, Exit, TyperException

from adlocalizer.cli import cities, listing, stopping, store
from adlocalizer.cli.backfill import backfill
from adlocalizer.cli.calibrate import calibrate
from adlocalizer.cli.doctor import doctor
from adlocalizer.cli.history import history
from adlocalizer.cli.plan import plan
from adlocalizer.cli.proof import proof
from adlocalizer.cli.report import report
from adlocalizer.cli.review import review
from adlocalizer.cli.revise import revise
from adlocalizer.cli.run import run
from adlocalizer.cli.serve import serve
from adlocalizer.cli.setup_prefect import setup_prefect
from adlocalizer.cli.transcreate import transcreate
from adlocalizer.errors import EXIT_BAD_INPUT, EXIT_BUG, EXIT_STOPPED, AdlocalizerError
from adlocalizer.redaction import redacted

_INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""

app = typer.Typer(
    name="adlocalizer",
    help="One product shot and a table of cities in; checked, typeset, bundled ads out, for every city and format.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit status: 0 all delivered, 3 degraded, 2 bad input (nothing spent), 4 stopped, 1 a bug.",
)
app.command()(plan)
app.command()(run)
app.command()(backfill)
app.command()(revise)
app.command()(review)
app.command()(history)
app.command()(transcreate)
app.command()(proof)
app.command()(calibrate)
app.command()(report)
app.command()(serve)
app.command("setup-prefect")(setup_prefect)
app.add_typer(store.app, name="store")
app.add_typer(cities.app, name="cities")
app.command()(listing.formats)
app.command()(listing.models)
app.command()(doctor)


def main() -> None:
    """Run the command line and end the process with its status."""
    stopping.begin(sys.argv[1:])
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str]) -> int:
    """The exit status of a command line; errors are printed, one sentence each, and a traceback only for a bug."""
    as_json = "--json" in arguments
    _open_streams()
    try:
        ended = app(list(arguments), standalone_mode=False)
        sys.stdout.flush()
        if ended == _INTERRUPTED:
            return _say(stopping.going_on(), EXIT_STOPPED)
        return ended if isinstance(ended, int) else 0
    except Exit as error:
        return int(error.exit_code)
    except Abort:
        return _say("stopped before anything was spent", EXIT_STOPPED)
    except TyperException as error:
        return _say(f"{error.format_message()}; see `adlocalizer --help`", EXIT_BAD_INPUT, "UsageError" * as_json)
    except AdlocalizerError as error:
        said = "\n".join((str(error), *getattr(error, "__notes__", ())))
        return _say(said, error.exit_code, type(error).__name__ * as_json)
    except KeyboardInterrupt:
        return _say(stopping.going_on(), EXIT_STOPPED)
    except BrokenPipeError:
        # Whoever read the output has gone (`| head`); Python must not complain about it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if (cause := _elsewhere(error)) is not None:
            return _say(cause, EXIT_STOPPED)
        print(redacted(traceback.format_exc()), file=sys.stderr)  # noqa: T201
        return _say("this is a bug; please report it with the lines above", EXIT_BUG)


def _open_streams() -> None:
    """Streams that were closed swallow what is said; text a terminal cannot show is shown as its code."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - for the rest of the process
        elif isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _elsewhere(error: Exception) -> str | None:
    """What to say of an error that is neither the user's nor ours: Prefect's server, or where the output goes."""
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError) and error.filename is None:
        return f"the output cannot be written: {error.strerror}"
    if type(error).__module__.partition(".")[0] in ("prefect", "httpx", "httpcore") or "Prefect API" in str(error):
        cause = " ".join(str(error).split())[:300]
        remedy = "look for free space where PREFECT_HOME is, or name a server with PREFECT_API_URL"
        return f"Prefect's server does not answer ({cause}); {remedy}, then run again, answers are kept"
    return None


def _say(text: str, status: int, kind: str = "") -> int:
    """Print an error, for machines too if it has a kind, and give back the exit status."""
    text = redacted(text)
    with suppress(OSError):
        if kind:
            said = {"error": {"kind": kind, "message": text, "exit_status": status}}
            print(json.dumps(said, ensure_ascii=False))  # noqa: T201
        print(f"adlocalizer: {text}", file=sys.stderr)  # noqa: T201
    return status
