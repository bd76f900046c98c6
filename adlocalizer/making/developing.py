"""In a pool process: an answer's picture to judged, finished, checked files in the store. It reads and writes there."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

from adlocalizer.bundling import region_folder
from adlocalizer.checks import FileSubject, Judged, MasterSubject, check_file, judge_master, worst
from adlocalizer.domain import AdFormat, Asset, Box, Finding, Fit, Severity
from adlocalizer.imaging.brandfaces import brought
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.masters import Master, open_master
from adlocalizer.imaging.rendering import Rendered, RenderOrder, render_all
from adlocalizer.imaging.scenes import fingerprint
from adlocalizer.making.render_orders import Subject, render_order
from adlocalizer.making.work import Developed, Finished, Work
from adlocalizer.manifest import asset_path
from adlocalizer.planning import Brief, rendition_of
from adlocalizer.store import Ledger, Store
from adlocalizer.store.ledger import picture_path

_SHOTS = 3
"""Of a product are compared with a picture: each costs a search."""


def develop(brief_json: str, work: Work) -> Developed:
    """Judge a picture and, unless it fails, render, check and write every file asked for."""
    brief = _brief(brief_json, work.fonts_folder)
    ledger = Ledger(Store(brief.run.store_url))
    picture = ledger.picture(work.answer)
    master = _opened(picture, _cut_alike(brief, work.fits))
    checks = brief.checks_for(work.grounded.creative.product)
    subject = _subject(brief, work, picture, master)
    judged = judge_master(subject, checks)
    findings = (*_with_evidence(brief, work, judged), *_cautions(work))
    if worst(findings) is Severity.FAIL:
        return Developed(findings, ())
    box = _in_frame(judged.product_box or work.answer.product_box or work.request.prompt.composition.product)
    orders = [_order(brief, work, fit, box) for fit in work.fits]
    rendered = render_all(master or picture, orders)
    files = tuple(_file(brief, work, order, one) for order, one in zip(orders, rendered, strict=True))
    return Developed(findings, files, fingerprint(master.picture, box) if master else "")


def _subject(brief: Brief, work: Work, picture: bytes, master: Master | None) -> MasterSubject:
    references = brief.references[work.grounded.creative.product][:_SHOTS]
    shot, *more = (_kept(brief.run.store_url, one.path) for one in references)
    return MasterSubject(
        key=work.request.key,
        picture=picture,
        request=work.request,
        answer=work.answer,
        shot=shot,
        model=brief.models[work.request.model],
        opened=master,
        more_shots=tuple(more),
        screens=brief.campaign.screens,
        scene_tags=brief.campaign.scene_tags,
    )


@functools.lru_cache(maxsize=2)
def _brief(brief_json: str, fonts_folder: str) -> Brief:
    """The brief with a brand's own fonts on this machine."""
    brief = Brief.model_validate_json(brief_json)
    fonts = brought(brief.fonts, Path(fonts_folder), Store(brief.run.store_url).read)
    return brief.model_copy(update={"fonts": fonts})


@functools.lru_cache(maxsize=16)
def _kept(store_url: str, path: str) -> bytes:
    return Store(store_url).read(path)


def _cut_alike(brief: Brief, fits: Iterable[Fit]) -> tuple[AdFormat, ...]:
    """Every format of the run that shares these ones' master, made now or not: no file hangs on those beside it."""
    masters = {(fit.model, fit.ratio) for fit in fits}
    return tuple(brief.formats[fit.format_id] for fit in brief.fits if (fit.model, fit.ratio) in masters)


def _opened(picture: bytes, forms: Iterable[AdFormat]) -> Master | None:
    """The picture, decoded once for all that look at it; none when it does not decode, as the checks will say."""
    try:
        return open_master(picture, [(form.width, form.height) for form in forms])
    except Unreadable:
        return None


def _with_evidence(brief: Brief, work: Work, judged: Judged) -> tuple[Finding, ...]:
    """The findings, their evidence written beside the region's files; a fail without any shows the whole picture."""
    folder, store = region_folder(brief.run, work.grounded.creative.region), Store(brief.run.store_url)
    shown = []
    for finding in judged.findings:
        path = picture_path(work.answer) if finding.severity is Severity.FAIL else None
        if (picture := judged.evidence.get(finding.check)) is not None:
            path = f"{folder}/evidence/{work.request.key[:24]}-{finding.check}.webp"
            store.write(path, picture)
        shown.append(finding.model_copy(update={"evidence": path}) if path else finding)
    return tuple(shown)


def _in_frame(box: Box) -> Box:
    """The part of a box that can be seen; one that is found may reach over the frame's edge."""
    left, top, right, bottom = max(0.0, box.x), max(0.0, box.y), min(1.0, box.right), min(1.0, box.bottom)
    if (left, top, right, bottom) == (box.x, box.y, box.right, box.bottom):
        return box
    return Box(x=left, y=top, w=max(0.0, right - left), h=max(0.0, bottom - top))


def _cautions(work: Work) -> tuple[Finding, ...]:
    """What the provider said of a picture that a person should know before it ships."""
    if not work.answer.caution:
        return ()
    remedy = "Look at the picture; approve it, or ask for another attempt."
    text, reason = work.answer.caution, work.answer.finish_reason
    said = {"check": "provider_reason", "subject": work.request.key, "text": text, "remedy": remedy, "value": reason}
    return (Finding(severity=Severity.REVIEW, **said),)


def _order(brief: Brief, work: Work, fit: Fit, product_box: Box) -> RenderOrder:
    light, dark = (_kept(brief.run.store_url, one.path) if one else None for one in (brief.logo, brief.logo_on_dark))
    subject = Subject(work.grounded, brief.models[work.request.model], light, work.fonts_folder, dark)
    return render_order(brief, subject, fit, product_box)


def _file(brief: Brief, work: Work, order: RenderOrder, rendered: Rendered) -> Finished:
    store, creative = Store(brief.run.store_url), work.grounded.creative
    shot = _kept(brief.run.store_url, brief.references[creative.product][0].path)
    findings = check_file(FileSubject(order.rendition_id, rendered, order, shot), brief.checks)
    file = asset_path(rendition_of(brief, creative, order.ad_format.id), rendered.mime)
    path, digest = f"{region_folder(brief.run, creative.region)}/{file}", hashlib.sha256(rendered.data).hexdigest()
    store.write(path, rendered.data)
    asset = Asset(
        file=file,
        mime=rendered.mime,
        bytes=len(rendered.data),
        sha256=digest,
        product_box=rendered.product_box,
        copy_boxes=tuple(block.box for block in rendered.blocks),
    )
    return Finished(order.ad_format.id, asset, findings)
