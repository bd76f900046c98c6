"""Copy rewritten by a text model: over real HTTP, with a double of the API."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adlocalizer.cli.main import run_command
from adlocalizer.config import find_project
from adlocalizer.domain import TextModel, TextRequest, Usage
from adlocalizer.errors import NotAllowed, Unavailable
from adlocalizer.gemini.texts import read_text, text_body
from adlocalizer.providers import open_text_provider, writer_names
from adlocalizer.store import Store, TextLedger
from adlocalizer.transcreating import COLUMNS, Wanted, _request, most_micros, read_commission
from tests.emulator import Emulator
from tests.emulator.schema import ApiError
from tests.emulator.texts import read_text_wish

from .gemini_requests import settings
from .gemini_runs import make_gemini_project

MODEL: TextModel = find_project(Path(__file__).parents[1]).text_models()["gemini-3.8-flash"]
FIELDS = {"headline": 20, "call_to_action": 10}
REQUEST = TextRequest(
    provider="gemini", model=MODEL.id, locale="de-DE", prompt="Write.", fields=FIELDS, most_output_tokens=512
)
WORDS = {"headline": "Zitrone mit Funken", "call_to_action": "Jetzt probieren", "legal": "zzgl. Pfand"}
WORDS |= {"rationale": "Sparks are bubbles.", "back_translation": "Lemon with sparks"}


@pytest.fixture
def project(tmp_path, emulator, monkeypatch) -> Path:
    emulator.configure(words=WORDS)
    folder = make_gemini_project(tmp_path / "project")
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(folder))
    return folder


def ask(project: Path, *options: str, to: str = "de-DE", cost: str | None = "1") -> tuple[int, Path]:
    out = project.parent / "out.csv"
    named = ["--from", "en-US", "--to", to, "--out", str(out), "--store", str(project / "store")]
    capped = ["--max-cost", cost] if cost else []
    return run_command(["transcreate", "small", *named, *capped, *options]), out


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def answer(text: str, finish: str = "STOP", **more: object) -> str:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish}
    usage = {"promptTokenCount": 1000, "candidatesTokenCount": 100, "thoughtsTokenCount": 300}
    return json.dumps({"candidates": [candidate], "usageMetadata": usage, **more})


# The command


def test_each_locale_becomes_a_row_that_waits_for_review(project):
    status, out = ask(project, to="de-DE,ja-JP")
    assert status == 0
    assert [list(row) for row in rows(out)] == [list(COLUMNS)] * 2
    said = {**WORDS, "adapt_level": "transcreation", "review": "needed"}
    assert rows(out) == [{"locale": locale, **said} for locale in ("de-DE", "ja-JP")]


def test_the_table_is_one_a_campaign_can_name(project):
    _, out = ask(project)
    table = find_project(project).copy(str(out))
    assert (table.faults, table.copy[0].review, table.copy[0].price) == ((), "needed", None)


def test_what_was_answered_is_never_asked_again_and_needs_no_cap(project, emulator):
    ask(project)
    status, _ = ask(project, "--force", cost=None)
    assert (status, len(emulator.journal("generate"))) == (0, 1)


def started(project: Path, emulator: Emulator, out: str, to: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    named = ["--from", "en-US", "--to", to, "--out", str(project.parent / out), "--store", str(project / "store")]
    environment = {**os.environ, "ADLOCALIZER_PROJECT": str(project)}
    command = [sys.executable, "-c", "from adlocalizer.cli import start; start()"]
    command += ["transcreate", "small", *named, "--max-cost", "1"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[1], **pipes)


def wait_until_asked(emulator: Emulator, requests: int) -> None:
    deadline = time.monotonic() + 60
    while len(emulator.journal("generate")) < requests and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.slow
def test_two_that_ask_for_the_same_words_at_once_pay_once(project, emulator):
    emulator.configure(latency={"median_seconds": 2, "p99_seconds": 2})
    both = [started(project, emulator, name, "de-DE,ja-JP") for name in ("one.csv", "two.csv")]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(emulator.journal("generate")) == 2
    assert rows(project.parent / "one.csv") == rows(project.parent / "two.csv")


@pytest.mark.slow
def test_what_was_sent_before_a_stop_is_kept_and_asked_for_no_more(project, emulator):
    emulator.configure(latency={"median_seconds": 2, "p99_seconds": 2})
    process = started(project, emulator, "one.csv", "de-DE")
    wait_until_asked(emulator, 1)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, "interrupted; answers are kept, go on with: adlocalizer transcreate" in said) == (
        4,
        True,
    )
    assert ask(project, cost=None)[0] == 0
    assert len(emulator.journal("generate")) == 1


def test_what_is_said_to_be_spent_is_what_was_billed(project, emulator, capsys):
    ask(project, "--json", to="de-DE,ja-JP")
    assert json.loads(capsys.readouterr().out)["spent_micros"] == emulator.billed_micros() > 0


def test_the_prompt_has_the_brand_s_rules_and_the_shortest_length(project, emulator):
    brand = project / "configs/brands/solara.yml"
    rules = {"glossary": {"SOLARA": {"*": "SOLARA"}}, "banned_words": {"de": ["billig"], "fr": ["cher"]}}
    brand.write_text(brand.read_text("utf-8") + "".join(f"{key}: {json.dumps(one)}\n" for key, one in rules.items()))
    campaign = project / "configs/campaigns/small.yml"
    campaign.write_text(
        json.dumps({**json.loads(campaign.read_text()), "formats": ["gads_rda_square", "pin_standard_2x3"]})
    )
    ask(project)
    [asked] = emulator.journal("generate")
    assert 'Write "SOLARA" exactly so' in asked["prompt"]
    assert "anywhere: billig." in asked["prompt"]
    assert "headline has at most 30 characters" in asked["prompt"]


def test_an_answer_is_checked_like_a_row(project, emulator, capsys):
    brand = project / "configs/brands/solara.yml"
    brand.write_text(brand.read_text("utf-8") + "banned_words: {de: [Funken]}\n", "utf-8")
    status, out = ask(project)
    assert (status, len(rows(out))) == (0, 1)
    assert "bans 'Funken'" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("prose", "it is no JSON"),
        ("missing_field", "it is not an object of"),
        ("long_field", "headline has 1,000 characters, 200 were asked for"),
        ("number_field", "headline is no text"),
        ("formula", "headline begins like a spreadsheet's formula"),
        ("finish:MAX_TOKENS", "it ended with MAX_TOKENS"),
        ("no_candidates", "it ended with no reason"),
    ],
)
def test_an_answer_that_cannot_be_used_is_asked_for_once_more_and_then_left_out(project, emulator, capsys, fault, said):
    emulator.configure(script=[{"match": {"contains": "(de-DE)"}, "faults": [fault], "for_ever": True}])
    status, out = ask(project, to="de-DE,ja-JP")
    assert (status, [row["locale"] for row in rows(out)]) == (3, ["ja-JP"])
    assert f"de-DE is left out: {said}" in capsys.readouterr().out
    prompts = [one["prompt"] for one in emulator.journal("generate") if "(de-DE)" in one["prompt"]]
    assert [said in prompt for prompt in prompts] == [False, True]


def test_an_answer_mended_at_the_second_time_is_a_row(project, emulator):
    emulator.configure(next=["prose"])
    status, out = ask(project)
    assert (status, len(rows(out)), len(emulator.journal("generate"))) == (0, 1, 2)


def test_a_refusal_is_not_asked_again(project, emulator, capsys):
    emulator.configure(next=["prompt_blocked:SAFETY"])
    status, out = ask(project)
    assert (status, out.exists(), len(emulator.journal("generate"))) == (3, False, 1)
    assert "the prompt was blocked (SAFETY)" in capsys.readouterr().out


@pytest.mark.parametrize("fault", ["503", "reset", "closed", "429", "empty_200", "html_502"])
def test_what_gets_no_answer_is_sent_again(project, emulator, fault):
    emulator.configure(next=[fault], retry_seconds=0.01)
    status, _ = ask(project)
    assert (status, len(emulator.journal("generate"))) == (0, 2)


def in_a_terminal(monkeypatch) -> None:
    for stream in ("stdin", "stdout"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)


@pytest.mark.parametrize("fault", ["prose", "closed", "empty_200"])
def test_a_yes_in_a_terminal_pays_for_the_second_request_of_a_locale_too(project, emulator, monkeypatch, fault):
    in_a_terminal(monkeypatch)
    emulator.configure(next=[fault])
    status, out = ask(project, "--yes", cost=None)
    assert (status, len(rows(out)), len(emulator.journal("generate"))) == (0, 1, 2)


def test_the_price_that_is_agreed_covers_both_requests_and_any_reason(project):
    work = read_commission(find_project(project), Wanted("small", "en-US", ("de-DE", "ja-JP")))
    once = sum(MODEL.most_cost_micros(_request(work, locale, 2, "é" * 300).prompt) for locale in work.locales)
    assert once < most_micros(work) - sum(MODEL.most_cost_micros(_request(work, one).prompt) for one in work.locales)


def test_a_locale_whose_second_answer_never_came_is_asked_for_again_only_once_somebody_agrees(
    project, emulator, capsys, monkeypatch
):
    emulator.configure(next=["prose", *["503"] * 5])
    assert ask(project)[0] == 3
    asked = len(emulator.journal("generate"))
    assert ask(project, cost=None)[0] == 2
    assert "no cap was named; name one (--max-cost USD); a campaign's `budget:` does not" in capsys.readouterr().err
    assert len(emulator.journal("generate")) == asked
    in_a_terminal(monkeypatch)
    assert ask(project, "--yes", cost=None)[0] == 0
    assert len(emulator.journal("generate")) == asked + 1


@pytest.mark.parametrize(("faults", "calls"), [(["prose", "prose"], 2), (["prompt_blocked:SAFETY"], 1)])
def test_a_locale_that_was_left_out_for_good_is_left_out_again_for_nothing(project, emulator, faults, calls):
    emulator.configure(next=faults)
    assert [ask(project, cost=cost)[0] for cost in ("1", None)] == [3, 3]
    assert len(emulator.journal("generate")) == calls


def test_the_campaign_s_budget_is_not_the_cap(project, emulator, capsys):
    campaign = project / "configs/campaigns/small.yml"
    campaign.write_text(json.dumps({**json.loads(campaign.read_text()), "budget": 0.000001}))
    assert ask(project)[0] == 0
    ask(project, "--force", to="ja-JP", cost="0.001")
    assert "raise --max-cost and run again" in (said := capsys.readouterr().err)
    assert "`budget:` does not hold here" in said


def test_what_a_shut_account_billed_is_booked(project, emulator, capsys):
    ask(project)
    before = emulator.billed_micros()
    emulator.configure(next=["finish:PUP_LIMITED_DISABLED"])
    capsys.readouterr()
    status, _ = ask(project, "--force", "--json", to="de-DE,ja-JP")
    told = json.loads(capsys.readouterr().out)
    assert (status, list(told["left_out"])) == (3, ["ja-JP"])
    assert told["spent_micros"] == emulator.billed_micros() - before > 0


def test_a_cap_that_leaves_no_room_stops_before_anything_is_sent(project, emulator, capsys):
    status, out = ask(project, cost="0.001")
    assert (status, out.exists(), emulator.journal("generate")) == (4, False, [])
    assert "the cap of $0.0010 is reached" in capsys.readouterr().err


def test_a_cap_is_never_passed(project, emulator):
    many = "de-DE,ja-JP,fr-FR,it-IT,nl-NL,sv-SE"
    status, out = ask(project, to=many, cost="0.07")
    assert emulator.billed_micros() <= 70_000
    assert (status, 0 < len(rows(out)) < 6) == (3, True)
    status, out = ask(project, "--force", to=many, cost="0.09")
    assert (status, len(rows(out)), len(emulator.journal("generate"))) == (0, 6, 6)


@pytest.mark.parametrize(("fault", "said"), [("api_key_invalid", "the key is not valid"), ("retired", "is retired")])
def test_what_stops_everything_ends_the_command(project, emulator, capsys, fault, said):
    emulator.configure(next=[fault] * 9)
    status, out = ask(project, to="de-DE,ja-JP")
    assert (status, out.exists()) == (4, False)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "to", "cost", "said"),
    [
        (["--provider", "preview"], "de-DE", "1", "preview draws and does not write; write --provider gemini"),
        ([], "de-DE", None, "no cap was named"),
        ([], "xx-YY", "1", "unknown locale 'xx-YY'"),
        ([], " , ", "1", "no locale is named"),
        ([], "en-US", "1", "is the locale it is written from"),
        (["--model", "gemini-3-pro-image"], "de-DE", "1", "there is no text model 'gemini-3-pro-image'"),
    ],
)
def test_bad_input_is_told_before_anything_is_asked(project, emulator, capsys, options, to, cost, said):
    status, _ = ask(project, *options, to=to, cost=cost)
    assert (status, emulator.journal("generate")) == (2, [])
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("name", "said"), [("out.txt", "is no CSV"), ("none/out.csv", "there is no folder")])
def test_a_table_goes_where_it_can(project, capsys, name, said):
    assert ask(project, "--out", str(project / name))[0] == 2
    assert said in capsys.readouterr().err


def test_a_table_that_is_there_stays_without_force_and_the_campaign_s_own_always(project, capsys):
    (project.parent / "out.csv").write_text("mine")
    assert ask(project)[0] == 2
    assert ask(project, "--force", "--out", str(project / "data/copy/demo.csv"))[0] == 2
    assert "is there already" in (said := capsys.readouterr().err)
    assert "is the campaign's own table" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("available_from: 2026-09-02", "available_from: 2099-01-01", "comes on 2099-01-01"),
        (
            "available_from: 2026-09-02",
            "shutdown: 2026-09-02\n    successor: gemini-3.5-flash-lite",
            "was shut down on 2026-09-02; write gemini-3.5-flash-lite",
        ),
    ],
)
def test_a_model_that_is_not_served_is_not_asked(project, capsys, old, new, said):
    models = project / "configs/models.yml"
    models.write_text(models.read_text("utf-8").replace(old, new), "utf-8")
    assert ask(project)[0] == 2
    assert said in capsys.readouterr().err


# Body and answer


def test_the_double_takes_our_body_and_none_it_does_not_know():
    assert read_text_wish(text_body(REQUEST), MODEL.id).fields == tuple(FIELDS)
    body = text_body(REQUEST)
    for broken in (
        {"responseMimeType": "text/plain"},
        {"responseSchema": {"type": "object", "properties": {}}},
        {"responseSchema": {**body["generationConfig"]["responseSchema"], "required": ["price"]}},
        {"imageConfig": {"aspectRatio": "1:1"}},
        {"surprise": 1},
    ):
        with pytest.raises(ApiError):
            read_text_wish({**body, "generationConfig": body["generationConfig"] | broken}, MODEL.id)


def test_an_answer_is_read_and_priced_thoughts_included():
    told = read_text(answer('{"headline": " A\\n b ", "call_to_action": "c"}'), REQUEST, MODEL)
    assert (told.kind, told.words) == ("words", {"headline": "A b", "call_to_action": "c"})
    assert told.usage == Usage(prompt_tokens=1000, text_tokens=100, thought_tokens=300)
    assert told.cost_micros == (1000 * MODEL.input_micros + 400 * MODEL.output_micros) // 1_000_000


def test_an_answer_that_does_not_count_is_booked_at_its_worst():
    told = read_text(answer("{}", usageMetadata={}), REQUEST, MODEL)
    assert (told.kind, told.cost_micros) == ("bad", MODEL.most_cost_micros(REQUEST.prompt))


@pytest.mark.parametrize("body", ["", "{", "[]", '{"error": {"message": "no"}}'])
def test_what_is_no_answer_may_have_been_billed(body):
    with pytest.raises(Unavailable) as caught:
        read_text(body, REQUEST, MODEL)
    assert caught.value.may_be_billed


def test_a_shut_account_stops_everything_and_says_what_it_billed():
    with pytest.raises(NotAllowed) as caught:
        read_text(answer("", "PUP_LIMITED_DISABLED"), REQUEST, MODEL)
    assert caught.value.cost_micros == (1000 * MODEL.input_micros + 400 * MODEL.output_micros) // 1_000_000


@pytest.mark.parametrize(("finish", "kind"), [("SAFETY", "refusal"), ("MAX_TOKENS", "bad"), ("NEW_REASON", "bad")])
def test_an_ending_without_words_has_its_kind(finish, kind):
    assert read_text(answer("{}", finish), REQUEST, MODEL).kind == kind


def test_everything_that_decides_an_answer_is_in_its_key():
    changes = {
        "model": "x",
        "locale": "ja-JP",
        "prompt": "y",
        "fields": {"a": 1},
        "most_output_tokens": 9,
        "attempt": 2,
    }
    keys = {REQUEST.model_copy(update={name: value}).key for name, value in changes.items()}
    assert len(keys | {REQUEST.key}) == len(changes) + 1


def test_the_first_answer_kept_stays_and_a_torn_one_is_asked_again(tmp_path):
    ledger, first = TextLedger(Store(str(tmp_path))), read_text(answer("{}"), REQUEST, MODEL)
    assert ledger.answer(REQUEST.key) is None
    assert ledger.keep(REQUEST, first) == ledger.keep(REQUEST, first.model_copy(update={"reason": "other"})) == first
    [file] = tmp_path.rglob("texts/*/*.json")
    file.write_text(file.read_text()[:-9])
    assert ledger.answer(REQUEST.key) is None


@pytest.mark.parametrize("name", writer_names())
def test_every_writer_opens(name):
    assert hasattr(open_text_provider(name, settings()), "write")
