"""Bad input: one clear error that names the place, exit status 2, nothing written, nothing spent."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from adlocalizer.cli.main import run_command

from . import projects

ROOT = Path(__file__).parents[1]
HEADER, *ROWS = (ROOT / "data/cities.csv").read_text(encoding="utf-8").splitlines()
TOKYO = next(row for row in ROWS if row.startswith("jp-tokyo,"))
COPY = (ROOT / "data/copy/demo.csv").read_text(encoding="utf-8")
CAMPAIGN = (ROOT / "configs/campaigns/demo.yml").read_text(encoding="utf-8")


@pytest.fixture
def refused(tmp_path, capsys, monkeypatch) -> Callable[..., str]:
    """Runs the campaign with a city table, a copy table or a campaign file, and returns what was said."""
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(ROOT))

    def look(cities: bytes | str | None = None, campaign: str = CAMPAIGN, *more: str) -> str:
        file = tmp_path / "demo.yml"
        file.write_text(campaign, encoding="utf-8")
        arguments = [
            "run",
            str(file),
            "--store",
            str(tmp_path / "store"),
            "--reports",
            str(tmp_path / "reports"),
            *more,
        ]
        if cities is not None:
            table = tmp_path / "cities.csv"
            table.write_bytes(cities if isinstance(cities, bytes) else cities.encode())
            arguments += ["--cities", str(table)]
        status = run_command(arguments)
        said = capsys.readouterr().err
        assert status == 2, said
        assert not (tmp_path / "store").exists()
        assert not (tmp_path / "reports").exists()
        assert "Traceback" not in said
        return said

    return look


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


def with_city(name: str) -> str:
    return table(TOKYO.replace(",Tokyo,", f",{name},", 1))


TABLES = {
    "a missing column": (table(TOKYO, header=HEADER.replace(",latitude", "")), "latitude"),
    "a renamed column": (table(TOKYO, header=HEADER.replace("latitude", "lattitude")), "lattitude"),
    "a column twice": (table(f"{TOKYO},x", header=f"{HEADER},city"), "city"),
    "an unknown column": (table(f"{TOKYO},x", header=f"{HEADER},mayor"), "mayor"),
    "no row": (table(), "cities.csv"),
    "no byte": ("", "cities.csv"),
    "semicolons": (table(TOKYO).replace(",", ";"), "comma"),
    "tabs": (table(TOKYO).replace(",", "\t"), "comma"),
    "Latin-1": (table(TOKYO.replace("Tokyo", "Tokyó").replace("東京", "x")).encode("latin-1"), "UTF-8"),
    "UTF-16": (table(TOKYO).encode("utf-16"), "UTF-8"),
    "a ragged row": (table(f"{TOKYO},1,2"), ":2"),
    "latitude 135": (table(TOKYO.replace("35.6895", "135")), "latitude"),
    "a latitude that is no number": (table(TOKYO.replace("35.6895", "north")), "latitude"),
    "an unknown locale": (table(TOKYO.replace("ja-JP", "xx-YY")), "xx-YY"),
    "an unknown time zone": (table(TOKYO.replace("Asia/Tokyo", "Mars/Base")), "Mars/Base"),
    "one id twice": (table(TOKYO, TOKYO), "jp-tokyo"),
    "an id that climbs": (table(TOKYO.replace("jp-tokyo", "../../etc")), "../../etc"),
    "a region that climbs": (table(TOKYO.replace("APAC", "../APAC")), "region"),
    "a name with emoji": (with_city("Tokyo 🍕"), "city"),
    "a name with RTL marks": (with_city("To\u202ekyo"), "city"),
    "a name with a script": (with_city("<script>alert(1)</script>"), "city"),
    "a name with a formula": (with_city('"=HYPERLINK(""http://x"")"'), "city"),
    "a name that climbs": (with_city("../../etc"), "city"),
    "a name with double quotes": (with_city('"To""kyo"'), "city"),
    "HTML for a table": ("<!doctype html><html></html>", "cities.csv"),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_city_table_is_refused_that_has(what, refused):
    content, named = TABLES[what]
    assert named in refused(content)


@pytest.mark.parametrize("what", ["latitude 135", "an unknown locale", "an unknown time zone", "one id twice"])
def test_the_error_names_file_and_line_of(what, refused):
    assert "cities.csv:2" in refused(TABLES[what][0])


CAMPAIGNS = {
    "an unknown format": (("  - li_carousel_1x1", "  - li_carousel_9x9"), "li_carousel_9x9"),
    "an unknown model": (("provider: preview", "provider: preview\nmodel: nano-apple"), "nano-apple"),
    "an unknown provider": (("provider: preview", "provider: crayons"), "crayons"),
    "an unknown key": (("variants: 1", "variant: 1"), "variants"),
    "a key twice": (("variants: 1", "variants: 1\nvariants: 2"), "variants"),
    "an end before its start": (("ends: 2027-02-28", "ends: 2026-02-28"), "before"),
    "an unknown product": (("products: [solara-can]", "products: [solara-cup]"), "solara-cup"),
    "an unknown brand": (("brand: solara", "brand: luna"), "luna"),
    "an unknown recipe": (("recipe: city_scene", "recipe: moon_scene"), "moon_scene"),
    "no such city table": (("city_table: data/cities.csv", "city_table: data/towns.csv"), "towns.csv"),
    "no such copy table": (("copy_table: data/copy/demo.csv", "copy_table: data/copy/none.csv"), "none.csv"),
    "cities that match nothing": (('cities: ["*"]', 'cities: ["atlantis-*"]'), "atlantis"),
    "a table outside the project": (("city_table: data/cities.csv", "city_table: ../../../etc/passwd"), "passwd"),
    "a variants of a thousand": (("variants: 1", "variants: 1000"), "variants"),
}


@pytest.mark.parametrize("what", CAMPAIGNS)
def test_a_campaign_is_refused_that_has(what, refused):
    (old, new), named = CAMPAIGNS[what]
    assert old in CAMPAIGN
    assert named in refused(None, CAMPAIGN.replace(old, new))


def test_the_error_names_the_line_of_a_campaign_file(refused):
    line = 1 + CAMPAIGN.splitlines().index(next(row for row in CAMPAIGN.splitlines() if row.startswith("variants:")))
    assert f"demo.yml:{line}" in refused(None, CAMPAIGN.replace("variants: 1", "variants: many"))


def test_a_locale_without_copy_is_refused(refused, tmp_path):
    copy = tmp_path / "words.csv"
    copy.write_text("".join(row for row in COPY.splitlines(keepends=True) if not row.startswith("ja-JP")), "utf-8")
    campaign = CAMPAIGN.replace("data/copy/demo.csv", str(copy)).replace('["*"]', '["jp-*"]')
    assert "ja-JP" in refused(None, campaign)


def test_a_copy_row_twice_is_refused(refused, tmp_path):
    copy = tmp_path / "words.csv"
    copy.write_text(f"{COPY}{COPY.splitlines()[1]}\n", "utf-8")
    assert "words.csv" in refused(None, CAMPAIGN.replace("data/copy/demo.csv", str(copy)))


def png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


SHOTS = {
    "missing": (None, "shot.png"),
    "empty": (b"", "empty"),
    "HTML": (b"<!doctype html><html></html>", "not PNG"),
    "too large": (functools.partial(png, 30_000, 30_000), "pixels"),  # painted when it is asked for
    "truncated": ((ROOT / "data/products/solara-can.png").read_bytes()[:5000], "truncated"),
}


@pytest.mark.parametrize("what", SHOTS)
def test_a_product_shot_is_refused_that_is(what, tmp_path, capsys, monkeypatch):
    content, named = SHOTS[what]
    content = content() if callable(content) else content
    project = copied_project(tmp_path)
    shot = project / "data/products/shot.png"
    if content is not None:
        shot.write_bytes(content)
    product = project / "configs/products/solara-can.yml"
    product.write_text(product.read_text("utf-8").replace("solara-can.png", "shot.png"), "utf-8")
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project))
    assert run_command(["run", "demo", "--store", str(tmp_path / "store")]) == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


def test_a_template_that_wants_an_unknown_fact_is_refused(tmp_path, capsys, monkeypatch):
    project = copied_project(tmp_path)
    template = project / "templates/prompts/city_scene/prompt.j2"
    template.write_text(template.read_text("utf-8") + "\n{{ mayor }}\n", "utf-8")
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project))
    assert run_command(["run", "demo", "--store", str(tmp_path / "store")]) == 2
    assert "mayor" in capsys.readouterr().err


def copied_project(folder: Path) -> Path:
    import shutil

    project = folder / "project"
    for name in ("configs", "data", "templates"):
        ignored = shutil.ignore_patterns("landmarks") if name == "data" else None
        shutil.copytree(ROOT / name, project / name, ignore=ignored)
    return project


READ = {
    "a byte-order mark": b"\xef\xbb\xbf" + table(TOKYO).encode(),
    "CRLF line ends": table(TOKYO).replace("\n", "\r\n").encode(),
    "an apostrophe in a name": with_city("N\u2019Djamena d'Or").encode(),
    "a comma in a name": with_city('"Washington, D.C."').encode(),
}


@pytest.mark.parametrize("what", READ)
def test_a_city_table_is_read_that_has(what, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(ROOT))
    path = tmp_path / "cities.csv"
    path.write_bytes(READ[what])
    assert run_command(["plan", "demo", "--cities", str(path), "--store", str(tmp_path / "s"), "--json"]) == 0
    assert '"creatives": 1' in capsys.readouterr().out


OPTIONS = {
    "a day that is none": (("--date", "2026-02-30"), "2026-02-30"),
    "a selection of nothing": (("--select", "*atlantis*"), "atlantis"),
    "half a brace": (("--select", "{jp-*"), "brace"),
    "an unknown provider": (("--provider", "crayons"), "crayons"),
    "an unknown model": (("--model", "nano-apple"), "nano-apple"),
    "batch with preview": (("--mode", "batch"), "batch"),
    "an unknown mode": (("--mode", "psychic"), "psychic"),
    "an unknown option": (("--fast",), "--fast"),
    "a negative cap": (("--max-cost", "-1"), "max-cost"),
}


@pytest.mark.parametrize("what", OPTIONS)
def test_a_command_is_refused_that_has(what, refused):
    arguments, named = OPTIONS[what]
    assert named in refused(None, CAMPAIGN, *arguments)


@pytest.mark.parametrize("url", ["floppy://a/b", "file://b", "s3://key:secret@bucket/b"])
def test_a_store_is_refused_whose_url_is(url, refused):
    assert "store" in refused(None, CAMPAIGN, "--store", url)


def test_a_store_that_cannot_be_written_is_said_before_anything_is_asked(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(ROOT))
    (tmp_path / "file").write_text("in the way")
    status = run_command(["run", "demo", "--store", str(tmp_path / "file" / "store"), "--select", "*jp-tokyo*"])
    said = capsys.readouterr().err
    assert (status, "store" in said, "Traceback" in said) == (2, True, False)


@pytest.mark.parametrize("more", [(), ("--yes",)])
def test_spending_unattended_needs_a_cap(more, tmp_path, capsys, monkeypatch):
    project = projects.make_project(tmp_path / "project", provider="scripted")
    projects.make_known(tmp_path / "script", {}, monkeypatch)
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project))
    assert run_command(["run", "small", "--store", str(tmp_path / "store"), *more]) == 2
    assert "--max-cost" in capsys.readouterr().err
    assert projects.calls(tmp_path / "script") == []
