"""People: absent where recipe or law leaves them out, present where the campaign's scene shows them."""

from __future__ import annotations

import re

from PIL import Image

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of
from adlocalizer.domain import Box
from adlocalizer.imaging.people import CAREFUL, QUICK, Face, find_faces

_PEOPLE = "people"
"""The tag of scenes with people, and the word by which market rules leave them out; see configs/tags.yml."""

_AROUND = 0.6  # of a face's size is shown around it


@check_of("master", rank=2)
def no_people(master: SeenMaster, standard: Standard) -> Verdict:
    """Nobody's face is seen where nobody was asked for; it breaks the law only where a rule that may block says so."""
    if _asked_for(master):
        return Verdict(True, "People belong to the scene.", None, standard.limit)
    rule = next((one for one in master.asked.prompt.facts if one.name == "market_avoids"), None)
    unlawful = rule is not None and _PEOPLE in map(str.strip, re.split(r"[,;]", str(rule.value)))
    faces = find_faces(master.whole.picture, CAREFUL if unlawful else QUICK)
    whose = "the market's rules leave people out" if unlawful else "the scene was asked for without people"
    said = Said(
        "No face is seen from the front; profiles, backs and small faces would be missed.", f"A face is seen; {whose}."
    )
    sure = max((face.score for face in faces), default=0.0)
    verdict = standard.judge(max(0.0, sure), said, _cut(master, faces))
    may_block = unlawful and rule is not None and rule.certainty == "exact"
    return verdict if may_block else verdict._replace(doubtful=True)


@check_of("master", rank=2)
def people_shown(master: SeenMaster, standard: Standard) -> Verdict:
    """A face is seen where the scene was to show people."""
    if not _asked_for(master):
        return Verdict(True, "The scene is without people.", None, standard.limit)
    faces = find_faces(master.whole.picture, CAREFUL)
    missing = 1 - min(1.0, max((0.5 + face.score for face in faces), default=0.0))
    said = Said("People are seen.", "No face is seen; people may be turned away or small, or missing.")
    return standard.judge(missing, said)


def _asked_for(master: SeenMaster) -> bool:
    """Whether the campaign's scene has people, or pictures of them went along."""
    return _PEOPLE in master.subject.scene_tags or any(one.role == "character" for one in master.asked.references)


def _cut(master: SeenMaster, faces: tuple[Face, ...]) -> Image.Image | None:
    if not faces:
        return None
    picture, box = master.whole.picture, faces[0].box
    grown = Box(
        x=box.x - _AROUND * box.w, y=box.y - _AROUND * box.h, w=box.w * (1 + 2 * _AROUND), h=box.h * (1 + 2 * _AROUND)
    )
    left, top = max(0.0, grown.x) * picture.width, max(0.0, grown.y) * picture.height
    right, bottom = min(1.0, grown.x + grown.w) * picture.width, min(1.0, grown.y + grown.h) * picture.height
    return picture.crop(
        (round(left), round(top), max(round(left) + 1, round(right)), max(round(top) + 1, round(bottom)))
    )
