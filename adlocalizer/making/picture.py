"""One master: asked, judged, repaired if need be, and made into its renditions' outcomes."""

from __future__ import annotations

import logging
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from adlocalizer.domain import Answer, GroundedCreative, Master, Micros, Outcome, Request, Severity, Status
from adlocalizer.errors import AdlocalizerError, BudgetExceeded, ConfigError, NotAllowed, Retired, Unavailable, Waiting
from adlocalizer.making.ending import Ended, doubts_of, ended_with, ended_without_picture, lineage, outcomes_of
from adlocalizer.making.judging import judged
from adlocalizer.making.repairing import Asking, Tried, Wanted, best, next_asking
from adlocalizer.making.studio import Studio
from adlocalizer.making.wishes import Wish
from adlocalizer.making.work import Developed, Work
from adlocalizer.planning import most_price, picture_price
from adlocalizer.pool import in_process
from adlocalizer.store.paths import shown

_NOT_ASKED = (Waiting, NotAllowed)
_DEAD = "a worker process died, perhaps for want of memory; lower `concurrency` and run again"
_POOR = "No money was left for another attempt."
log = logging.getLogger(__name__)


class Made(NamedTuple):
    """One outcome per rendition of a master, in the order of its fits, and what all attempts cost."""

    outcomes: tuple[Outcome, ...]
    cost_micros: Micros


async def make_master(studio: Studio, grounded: GroundedCreative, master: Master) -> Made:
    """Make a master's renditions; only ConfigError leaves: what stops the asking stops the desk, and is an outcome."""
    async with studio.room:
        ended = await _Walk(studio, Wanted(studio.plan.brief, grounded, master)).ended()
    return Made(tuple(outcomes_of(studio.plan.brief, grounded, master, ended)), ended.cost_micros)


class _Walk:
    """From answer to answer until one is accepted; kept answers are walked again as they were, without asking."""

    def __init__(self, studio: Studio, wanted: Wanted) -> None:
        self.studio, self.wanted = studio, wanted
        self.tried: list[Tried] = []
        self.developed: Developed | None = None
        """What came of the last answer; None where that had no picture."""
        self.unjudged: Tried | None = None
        """The answer at hand of which nothing is known yet: it is paid for all the same."""

    async def ended(self) -> Ended:
        """Ask, judge and ask again, up to the campaign's attempts; the best decides where none is accepted."""
        campaign, master = self.wanted.brief.campaign, self.wanted.master
        first = await self.studio.desk.kept_first(_chain(master)) if master.fallbacks else None
        asking: Asking | None = Asking("first", first or master.request)
        while asking is not None and len(self.tried) < campaign.attempts:
            try:
                await self._try(asking)
            except ConfigError:
                raise  # the next picture would meet the same
            except (AdlocalizerError, BrokenProcessPool) as error:
                return await self._interrupted(asking.request, error)
            last = self.tried[-1]
            if last.answer.kind in ("refusal", "unclear"):
                break
            if last.severity is Severity.PASS or (last.severity is Severity.REVIEW and campaign.repair == "fails"):
                return ended_with(last, self.tried, self.developed)
            asking = next_asking(self.wanted, self.tried)
        return await self._decided()

    async def _try(self, asking: Asking) -> None:
        request, answer = await _answered(self.studio, self.wanted.master, asking.request)
        way = asking.way if request == asking.request or asking.way == "first" else "fallback"
        self.unjudged, self.developed = Tried(way, request, answer, doubts_of(request, answer)), None
        if answer.kind == "picture":
            self.developed = await self._develop(request, answer)
            self.unjudged = self.unjudged._replace(findings=self.developed.findings)
        self.tried.append(self.unjudged)
        self.unjudged = None

    async def _develop(self, request: Request, answer: Answer) -> Developed:
        fits, fonts = self.wanted.master.fits, self.studio.fonts_folder
        work = Work(request, answer, self.wanted.grounded, fits, fonts)
        return await judged(self.studio, work, await in_process(_develop, self.studio.brief_json, work))

    async def _decided(self, more: str = "") -> Ended:
        """Ended with the best answer. Its files may have been written over by a later one's: they are made again."""
        last, chosen = self.tried[-1], best(self.tried)
        if chosen is None or chosen.severity is not Severity.REVIEW:
            if last.answer.kind in ("refusal", "unclear"):
                return ended_without_picture(self.tried)
            return ended_with(chosen or last, self.tried, None, more)
        try:
            developed = self.developed if chosen is last else await self._develop(chosen.request, chosen.answer)
        except ConfigError:
            raise
        except (AdlocalizerError, BrokenProcessPool) as error:
            return self._failed(chosen.request, error)
        return ended_with(chosen, self.tried, developed)

    async def _interrupted(self, request: Request, error: Exception) -> Ended:
        """Ended without the answer that was wanted; a picture that only a person must look at stands all the same.

        What a batch is still to bring is waited for.
        """
        if isinstance(error, BudgetExceeded) and not self.tried:
            return Ended(request, 0, 0, Status.FAILED, f"not asked: {error}")
        if isinstance(error, BudgetExceeded):
            return await self._decided(_POOR)
        chosen, is_final = best(self.tried), not isinstance(error, Waiting | BrokenProcessPool)
        if is_final and chosen is not None and chosen.severity is Severity.REVIEW:
            return await self._decided()
        return self._failed(request, error)

    def _failed(self, request: Request, error: Exception) -> Ended:
        every = [*self.tried, *([self.unjudged] if self.unjudged else [])]
        attempts = len(self.tried) + 1 - isinstance(error, _NOT_ASKED)
        return Ended(
            request,
            max(attempts, len(every)),
            sum(one.answer.cost_micros for one in every),
            Status.FAILED,
            _said(self.studio, error) if isinstance(error, AdlocalizerError) else _DEAD,
            self.tried[-1].findings if self.tried else (),
            tried=lineage(every),
        )


def _chain(master: Master) -> tuple[Request, ...]:
    return (master.request, *master.fallbacks)


async def _answered(studio: Studio, master: Master, request: Request) -> tuple[Request, Answer]:
    """The answer to a request, or to the same wish put to the next model while the one asked is down or retired."""
    models = [one.model for one in _chain(master)]
    while True:
        others = _chain(master)[models.index(request.model) + 1 :]
        try:
            price, most = _prices(studio, request)
            dearest = master.model_copy(update={"most_micros": max(master.most_micros, most)})
            wish = Wish(dearest, request, studio.pictures_of, price, bool(others))
            return request, await studio.desk.answer(wish)
        except (Retired, Unavailable) as error:
            if not others:
                raise
            log.warning("request %s: %s; asking %s instead", request.key[:12], error, others[0].model)
            request = others[0]


def _prices(studio: Studio, request: Request) -> tuple[Micros, Micros]:
    """What a request costs by the table, and at worst: an edit sends one picture more than what was planned."""
    brief = studio.plan.brief
    model = brief.models[request.model]
    return picture_price(model, request, brief.mode), most_price(model, request, brief.mode)


def _said(studio: Studio, error: AdlocalizerError) -> str:
    """What happened, without where this machine keeps its store: reasons are delivered."""
    return str(error).replace(f"store {shown(studio.store.url)}", "store")


def _develop(brief_json: str, work: Work) -> Developed:
    # The imaging libraries are loaded by the workers, never by the run itself.
    from adlocalizer.making.developing import develop

    return develop(brief_json, work)
