"""Finding and reading letters in pictures."""

from __future__ import annotations

import functools
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from adlocalizer.imaging import label_reading, networks
from adlocalizer.imaging.label_reading import label_of, read_label
from adlocalizer.imaging.locating import cut_of
from adlocalizer.imaging.networks import NoReader
from adlocalizer.imaging.reading import Words, is_cut, plain, read_line, strip_of
from adlocalizer.imaging.text_finding import Line, find_lines, is_lettering
from tests.lettered import CAN, GROUND, PRODUCTS, lettered, on_ground


def test_words_are_found_where_they_stand():
    pixels = lettered("Harbour View", (200, 300), 48)
    (line,) = find_lines(pixels)
    box = line.box(1024, 768)
    assert box.x < 0.22 < box.right
    assert box.y < 0.42 < box.bottom


def test_words_are_read_as_they_are_written():
    pixels = lettered("Harbour View", (200, 300), 48)
    assert [plain(read_line(pixels, line).text) for line in find_lines(pixels)] == ["harbourview"]


def test_slanted_words_are_read_too():
    pixels = np.asarray(Image.fromarray(lettered("Harbour", (400, 330), 60)).rotate(14, fillcolor=GROUND))
    assert [plain(read_line(pixels, line).text) for line in find_lines(pixels)] == ["harbour"]


def test_an_empty_picture_has_no_lines():
    assert find_lines(np.full((600, 800, 3), 120, np.uint8)) == ()


@pytest.mark.parametrize("size", [(1, 1), (2, 3000), (3000, 2), (31, 33)])
def test_the_smallest_pictures_can_be_searched(size):
    assert find_lines(np.full((*size, 3), 90, np.uint8)) == ()


def test_the_height_of_letters_is_told_from_the_box():
    (line,) = find_lines(lettered("HARBOUR", (200, 300), 40))
    assert line.letters == pytest.approx(0.72 * 40, rel=0.25)


def test_words_look_like_letters_from_close_by_as_well():
    pixels = lettered("Harbour View", (200, 300), 48)
    assert all(is_lettering(pixels, line) for line in find_lines(pixels))


def test_a_wall_that_was_taken_for_a_line_is_none_from_close_by():
    wall = np.random.default_rng(1).integers(110, 150, (768, 1024, 3), np.uint8)
    (line,) = find_lines(lettered("Harbour View", (200, 300), 48))
    assert not is_lettering(wall, line)


@pytest.mark.parametrize(
    ("text", "sure", "counts"),
    [
        ("HOTEL", 0.95, True),
        ("HOTEL", 0.6, False),  # read without certainty
        ("mmmmmm", 0.95, False),  # arches
        ("O0", 0.95, False),  # rings
        ("東京", 0.95, True),
        ("", 0.0, False),
    ],
)
def test_only_enough_letters_read_for_certain_are_words(text, sure, counts):
    assert Words(text, sure).are_words is counts


def test_a_network_that_is_missing_is_said_to_be(monkeypatch):
    networks._session.cache_clear()
    monkeypatch.setattr(networks, "_PACKAGE", "no_such_reader")
    with pytest.raises(NoReader, match="no_such_reader, which carries the reader's networks, is not installed"):
        find_lines(np.full((64, 64, 3), 90, np.uint8))
    networks._session.cache_clear()


def test_a_network_that_cannot_be_loaded_is_said_to_be(monkeypatch, tmp_path):
    (tmp_path / networks._FINDER).write_bytes(b"no network")
    networks._session.cache_clear()
    monkeypatch.setattr(networks, "_folder", lambda: tmp_path)
    with pytest.raises(NoReader, match="cannot be loaded from rapidocr; install rapidocr again"):
        find_lines(np.full((64, 64, 3), 90, np.uint8))
    networks._session.cache_clear()


def test_the_label_of_the_can_is_known_numbers_first():
    assert [plain(one.text) for one in label_of(CAN)] == ["330ml", "solara", "sparklinglemon"]


def test_a_label_in_its_place_reads_as_on_the_shot():
    picture, placed = on_ground(0.6)
    read = read_label(picture, CAN, placed)
    assert read.compared == 3
    assert read.changed == ()


def test_a_label_that_is_small_is_left_unread():
    picture, placed = on_ground(0.06)
    assert read_label(picture, CAN, placed).compared == 0


def test_lines_drawn_as_on_the_shot_need_not_be_read():
    picture, placed = on_ground(0.6)
    read = read_label(np.zeros_like(picture), CAN, placed, lambda corners: 0.1)
    assert (read.same, read.compared, read.changed) == (3, 0, ())


def test_a_line_drawn_otherwise_is_read_and_the_others_are_not():
    picture, placed = on_ground(0.6)
    digits = label_of(CAN)[0].line.corners
    read = read_label(picture, CAN, placed, lambda corners: 0.5 if corners is digits else 0.1)
    assert (read.same, read.compared) == (2, 1)


@pytest.mark.parametrize(("scale", "compared", "same"), [(0.16, 1, 0), (0.14, 0, 1)])
def test_letters_drawn_a_little_otherwise_are_read_from_eight_pixels_on(scale, compared, same):
    picture, placed = on_ground(scale)
    read = read_label(picture, CAN, placed, lambda _: 0.25)
    assert (read.compared, read.same) == (compared, same)


def test_the_line_that_differs_most_is_read_where_not_all_are(monkeypatch):
    monkeypatch.setattr(label_reading, "_MOST", 1)
    picture, placed = on_ground(0.6)
    last = label_of(CAN)[-1]
    changed = rewritten(picture, placed(last.line.corners), "SPARKLING MELON")
    read = read_label(changed, CAN, placed, lambda corners: 0.9 if corners is last.line.corners else 0.4)
    assert [one.wanted for one in read.changed] == [last.text]


def rewritten(picture, corners, text):
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    changed = Image.fromarray(picture)
    colour = changed.getpixel((int(left) + 1, int(top) + 1))
    pen = ImageDraw.Draw(changed)
    pen.rectangle((left, top, right, bottom), fill=colour)
    font = ImageFont.load_default(size=0.6 * (bottom - top))
    pen.text(((left + right) / 2, (top + bottom) / 2), text, font=font, anchor="mm", fill=(245, 240, 220))
    return np.asarray(changed)


def test_one_changed_digit_counts_wholly():
    picture, placed = on_ground(0.6)
    line = next(one.line for one in label_of(CAN) if "330" in one.text)
    changed = rewritten(picture, placed(line.corners), "300 ml")
    (found,) = read_label(changed, CAN, placed).changed
    assert plain(found.read.text) == "300ml"
    assert found.distance == 1.0


def test_the_shot_of_a_drawing_has_no_label_to_read():
    shot = (PRODUCTS / "lesson-pendulum.png").read_bytes()
    assert label_of(shot) == ()


def carton(*lines: tuple[str, int, int]) -> bytes:
    """A shot of a white carton of 900 x 600 with lines on it: words, their height on it, their size."""
    sheet = Image.new("RGBA", (1000, 700))
    sheet.paste((244, 242, 236, 255), (50, 50, 950, 650))
    pen = ImageDraw.Draw(sheet)
    for words, down, size in lines:
        pen.text((500, down), words, font=ImageFont.load_default(size=size), anchor="mm", fill=(40, 30, 30, 255))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


SMALL_PRINT = "Vollkornhaferflocken, Rohrzucker, Raps, Honig und Mandeln"


@functools.cache
def small_print_read(words: str) -> int:
    """How many lines of a carton read otherwise that says these words instead."""
    picture = np.asarray(cut_of(carton(("HAFERGLANZ", 250, 90), (words, 480, 28))).rgba.convert("RGB"))
    read = read_label(picture, carton(("HAFERGLANZ", 250, 90), (SMALL_PRINT, 480, 28)), lambda corners: corners)
    assert read.compared == 4
    return len(read.changed)


def test_a_line_too_long_for_the_reader_is_read_to_its_end():
    assert is_cut(
        strip_of(np.zeros((600, 900, 3), np.uint8), Line(np.float32([[0, 0], [800, 0], [800, 30], [0, 30]]), 1.0))
    )
    assert small_print_read(SMALL_PRINT) == 0
    assert small_print_read(SMALL_PRINT[:-7] + "Walnuss") == 1


def test_a_long_line_is_parted_between_words():
    parts = label_of(carton((SMALL_PRINT, 480, 28)))
    assert len(parts) > 1
    assert {plain(word) for one in parts for word in one.text.split()} == {plain(word) for word in SMALL_PRINT.split()}


def test_a_word_changed_at_the_beginning_of_a_long_line_is_found():
    assert small_print_read("Vollkorndinkelflocken" + SMALL_PRINT[20:]) == 1


def test_dots_in_a_row_are_no_number():
    assert [plain(one.text) for one in label_of(carton(("KIBERA", 250, 120), ("000", 480, 120)))] == ["kibera"]
