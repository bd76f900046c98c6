"""The commands, and how every end of one becomes an exit status."""

from __future__ import annotations

import io
import json
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer import Abort, Exit, TyperException
from typer.core import TyperGroup

from adlocalizer.cli import stopping
from adlocalizer.errors import EXIT_BAD_INPUT, EXIT_BUG, EXIT_STOPPED, AdlocalizerError
from adlocalizer.redaction import redacted

_INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""

_COMMANDS = {
    "plan": "plan:plan",
    "run": "run:run",
    "backfill": "backfill:backfill",
    "revise": "revise:revise",
    "review": "review:review",
    "history": "history:history",
    "transcreate": "transcreate:transcreate",
    "proof": "proof:proof",
    "calibrate": "calibrate:calibrate",
    "report": "report:report",
    "serve": "serve:serve",
    "setup-prefect": "setup_prefect:setup_prefect",
    "formats": "listing:formats",
    "models": "listing:models",
    "doctor": "doctor:doctor",
    "store": "store:app",
    "cities": "cities:app",
}
"""Where each command stands, in the order of the help."""


class _Commands(TyperGroup):
    """Imports a command once it is asked for: `plan` does not wait for what `review` needs."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "commands": dict.fromkeys(_COMMANDS)})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - Typer keeps the types to itself
        """The command of a name, None where there is none."""
        if cmd_name in _COMMANDS and self.commands[cmd_name] is None:
            self.commands[cmd_name] = _imported(cmd_name)
        return super().get_command(ctx, cmd_name)


_PLAIN: dict[str, Any] = {"add_completion": False, "rich_markup_mode": None}
app = typer.Typer(
    cls=_Commands,
    name="adlocalizer",
    help="One product shot and a table of cities in; checked, typeset, bundled ads out, for every city and format.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog="Exit status: 0 all delivered, 3 degraded, 2 bad input (nothing spent), 4 stopped, 1 a bug.",
    **_PLAIN,
)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # lazily: it costs 20 ms

        print(f"adlocalizer {version('adlocalizer')}")  # noqa: T201
        raise Exit


@app.callback()
def _every(
    _: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which one.")] = False,
) -> None:
    """Whatever the command; with it, Typer makes a group of what has no command yet."""


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
        said = f"{error.format_message().rstrip('.')} (see `adlocalizer --help`)"
        return _say(said, EXIT_BAD_INPUT, "UsageError" * as_json)
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


def _imported(name: str) -> Any:  # noqa: ANN401 - as above
    alone, found = typer.Typer(**_PLAIN), pkgutil.resolve_name(f"adlocalizer.cli.{_COMMANDS[name]}")
    alone.callback()(lambda: None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return cast("TyperGroup", typer.main.get_command(alone)).commands[name]


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
