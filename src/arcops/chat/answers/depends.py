"""Who depends on an object, what it depends on, how far its fall would reach, and what breaks if it is deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.absent import tell_gone, tell_unknown
from arcops.chat.telling.incidents.cases import cases_about, cases_of
from arcops.chat.telling.incidents.incident import tell_in_short
from arcops.chat.telling.incidents.trouble import tell_trouble
from arcops.chat.telling.objects.breaking import asks_deletion, mandatory, tell_breaking
from arcops.chat.telling.objects.callers import Caller, called_by, called_text, callers_of
from arcops.chat.telling.objects.owners import asks_owner, tell_owner
from arcops.chat.telling.objects.reach import Reach, User, counted, reach_of, said, workloads_among
from arcops.chat.telling.objects.uses import tell_uses
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import at_moment, kinds_of, tell_gaps
from arcops.inventory.index import Inventory
from arcops.kube.refs import ObjectRef

_MOST = 12
_DISRUPTS = re.compile(r"\bdrain|\bevict|\bdisrupt|\bpdbs?\b|\bmaintenance|\breboot")
_OUT = re.compile(
    r"\b(?:what|which|who)\b.*\b(?:does|do)\b.*\b(?:need|use|reach|depend on|rely on|require|mount|talk to|call|connect to|reference)"
    r"|\bwhere (?:does|do|is|are)\b.*\b(?:point|lead|go|send|route|forward)\w*|\bdepends? on what|\bdependencies of|\bupstream"
    r"|\bneeds what|\bits dependencies|\bwhat .* (?:it|he) (?:needs|uses)"
)

_CALLS = re.compile(r"\b(?:talk|speak|call|connect|reach)(?:s|ing)?\b")


async def answer(asked: Asked) -> Draft:
    """Both directions, the one asked for first."""
    page = Page(asked.book)
    reading = asked.reading
    refs = list(reading.objects or reading.gone)
    if not refs:
        if reading.unknown:
            await tell_unknown(asked, page)
            return page.draft()
        if _DISRUPTS.search(reading.question.lower()):
            return await tell_trouble(asked)
        page.tell(FactType.COVERAGE, 'Name the object whose links are meant, as in "what depends on configmap settings in shop?".', rank=0)
        return page.draft(can_tell=False)
    ref = refs[0]
    reach = reach_of(ref, asked.inventory)
    if asked.inventory.get(ref) is None:
        await tell_gone(asked, page, ref)
    if asks_owner(reading.question):
        tell_owner(asked, page, ref)
    if asks_deletion(reading.question):
        _tell_users(asked, page, reach)
        tell_breaking(asked, page, reach)
    elif _OUT.search(reading.question.lower()):
        _tell_needs(asked, page, reach)
        _tell_users(asked, page, reach)
    else:
        _tell_users(asked, page, reach)
        _tell_needs(asked, page, reach)
        tell_breaking(asked, page, reach)
    _tell_trouble(asked, page, reach)
    tell_gaps(asked, page, kinds_of(asked))
    return page.draft()


def _tell_users(asked: Asked, page: Page, reach: Reach) -> None:
    """Who names it, and how far a fall would reach."""
    ref, users, callers = reach.ref, reach.users, callers_of(asked, reach.ref)
    below = [one for one in workloads_among(reach.below, asked.inventory) if one != ref]
    if callers:
        _tell_callers(page, ref, callers)
    if not users and not below:
        if callers:
            return
        page.tell(FactType.COUNT, f"Nothing that I see depends on {ref}{at_moment(asked)}.", ref=ref, rank=0)
        return
    direct = list(dict.fromkeys(user.ref for user in users))
    must = len(set(mandatory(reach)))
    count = many(len(direct), "object") if direct else "Nothing that I see"
    head = f"{count} {'depend' if len(direct) > 1 else 'depends'} on {ref}{at_moment(asked)} directly"
    names = f": {listed([str(one) for one in direct], 5)}" if direct else ""
    need = f"; {must:,} cannot do without it" if must else ""
    page.tell(FactType.COUNT, f"{head}{names}{need}.", ref=ref, rank=0)
    for user in users[:_MOST]:
        page.tell(FactType.FIELD, f"{_user_text(user)}.", ref=user.ref, path=user.link.field, rank=1, item=True)
    if len(users) > _MOST:
        page.tell(FactType.COUNT, f"Showing {_MOST} of {len(users):,}.", item=True)
    further = [one for one in below if one not in direct]
    if further:
        more = " or more" if reach.is_cut else ""
        text = f"Over these its fall would reach {counted(below)}{more} in all: {listed([str(one) for one in further], 6)} among them."
        page.tell(FactType.COUNT, text, ref=ref, rank=1)


def _tell_callers(page: Page, ref: ObjectRef, callers: Sequence[Caller]) -> None:
    """The workloads that are told to call it: no object links them, but they fail with it."""
    names = listed([str(caller.ref) for caller in callers], 5)
    text = f"{names} {'calls' if len(callers) == 1 else 'call'} {ref}, by {'its' if len(callers) == 1 else 'their'} settings."
    page.tell(FactType.COUNT, text, ref=ref, rank=0)
    for caller in callers[:_MOST]:
        page.tell(FactType.FIELD, f"{called_text(caller)}.", ref=caller.ref, path=caller.address.path, rank=1, item=True)


def _user_text(user: User) -> str:
    pods = f", in {many(user.pods, 'pod')}" if user.pods and user.ref.kind != "Pod" else ""
    keys = f", keys {listed(list(user.keys))}" if user.keys else ""
    how = " (optional)" if user.optional else ""
    return f"{user.ref} {said(user.relation)}{how}: {user.link.field}{pods}{keys}"


def _tell_needs(asked: Asked, page: Page, reach: Reach) -> None:
    """What it names itself or through its pods."""
    ref, inventory = reach.ref, asked.inventory
    if ref.kind == "Service":
        tell_uses(asked, page, ref)
    above = [step for step in reach.above if step.ref != ref]
    needed: dict[tuple[ObjectRef, str], bool] = {}
    for step in above:
        if step.link.relation not in ("owner", "workload selects pods") and not _is_implied(step.ref, inventory):
            needed.setdefault((step.ref, step.link.relation), step.link.optional)
    asked_for = list(dict.fromkeys(str(one) for one, _ in needed if one.group_kind == asked.reading.kind))
    if asked_for and asked.reading.kind != ref.group_kind:
        page.tell(FactType.FIELD, f"{ref} uses {listed(asked_for, _MOST)}.", ref=ref, rank=0)
    calls = called_by(asked, ref, any_host=_CALLS.search(asked.reading.question.lower()) is not None)[:_MOST]
    for address in calls:
        state = "" if inventory.get(address.service) is not None else ", which does not exist"
        text = f"{ref} is told to call {address.service}{state}: {address.said} ({address.path})."
        page.tell(FactType.FIELD, text, ref=address.service, path=address.path, rank=0)
    if not needed and (reach.users or calls):
        return
    if not needed:
        page.tell(FactType.COUNT, f"{ref} depends on nothing that I see{at_moment(asked)}.", ref=ref, rank=1)
        return
    refs = list(dict.fromkeys(one for one, _ in needed))
    text = f"{ref} depends on {many(len(refs), 'object')}{at_moment(asked)}: {counted(refs)}."
    page.tell(FactType.COUNT, text, ref=ref, rank=0)
    missing = {one for one in refs if inventory.get(one) is None}
    for (one, relation), optional in sorted(needed.items(), key=lambda item: item[0][0] not in missing)[:_MOST]:
        state = f", which does not exist{' (it is optional)' if optional else ''}" if one in missing else ""
        page.tell(FactType.FIELD, f"{one} ({relation}){state}.", ref=one, rank=1, item=True)
    if len(needed) > _MOST:
        page.tell(FactType.COUNT, f"Showing {_MOST} of {len(needed):,}.", item=True)


def _is_implied(ref: ObjectRef, inventory: Inventory) -> bool:
    """The default account is named by every pod that names none; where it is not seen, nobody asked for it."""
    return ref.kind == "ServiceAccount" and ref.name == "default" and inventory.get(ref) is None


def _tell_trouble(asked: Asked, page: Page, reach: Reach) -> None:
    around: Sequence[ObjectRef] = [reach.ref, *(step.ref for step in reach.above), *(step.ref for step in reach.below)]
    cases = cases_about(cases_of(asked), set(around))
    if cases:
        page.head("What is wrong around it")
    for case in cases[:3]:
        tell_in_short(asked, page, case, rank=1, is_brief=True)
