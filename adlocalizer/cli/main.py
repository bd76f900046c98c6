"""The commands, and how every end of one becomes an exit status."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence

import typer
from typer import Abort, Exit, TyperException

from adlocalizer.cli import listing
from adlocalizer.cli.doctor import doctor
from adlocalizer.cli.plan import plan
from adlocalizer.cli.report import report
from adlocalizer.cli.run import run
from adlocalizer.errors import EXIT_BAD_INPUT, EXIT_BUG, EXIT_STOPPED, AdlocalizerError

_INTERRUPTED = 130

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
app.command()(report)
app.command()(listing.cities)
app.command()(listing.formats)
app.command()(listing.models)
app.command()(doctor)


def main() -> None:
    """Run the command line and end the process with its status."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str]) -> int:
    """The exit status of a command line; errors are printed, one sentence each, and a traceback only for a bug."""
    try:
        ended = app(list(arguments), standalone_mode=False)
        return ended if isinstance(ended, int) else 0
    except Exit as error:
        return int(error.exit_code)
    except Abort:
        print("adlocalizer: stopped before anything was spent", file=sys.stderr)  # noqa: T201
        return EXIT_STOPPED
    except TyperException as error:
        print(f"adlocalizer: {error.format_message()}; see `adlocalizer --help`", file=sys.stderr)  # noqa: T201
        return EXIT_BAD_INPUT
    except AdlocalizerError as error:
        _say(error, "--json" in arguments)
        return error.exit_code
    except KeyboardInterrupt:
        print("adlocalizer: interrupted; run it again to go on, answers are kept", file=sys.stderr)  # noqa: T201
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone (`| head`); Python must not complain about it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        traceback.print_exc()
        print("adlocalizer: this is a bug; please report it with the lines above", file=sys.stderr)  # noqa: T201
        return EXIT_BUG


def _say(error: AdlocalizerError, as_json: bool) -> None:
    if as_json:
        said = {"error": {"kind": type(error).__name__, "message": str(error), "exit_status": error.exit_code}}
        print(json.dumps(said, ensure_ascii=False))  # noqa: T201
    print(f"adlocalizer: {error}", file=sys.stderr)  # noqa: T201
