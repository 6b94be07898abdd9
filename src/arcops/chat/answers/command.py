"""The command for a task, with the real names filled in; what changes something is flagged, and arcops never runs it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from arcops.chat.answers._remarks import remarks
from arcops.chat.answers._safety import safety
from arcops.chat.answers._said import listed, step, told
from arcops.chat.answers._secrets import asks_for_secret, refusal
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Command, Draft, FactType, Said
from arcops.chat.commands.fill import Names, can_roll, can_scale, names_for, rolled_in
from arcops.chat.commands.meant import REQUESTS, is_held, object_meant
from arcops.chat.commands.tasks import Task, task_of
from arcops.chat.telling.incidents.cases import cases_about, cases_of, family
from arcops.chat.telling.incidents.rider import trouble_of
from arcops.chat.telling.objects.explained import explain
from arcops.inventory.base import Entry
from arcops.kube.objects.container import NamedSource
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

_CAPITALS = re.compile(r"\b(?:KIND/NAME|[A-Z][A-Z_]{2,}(?:/[A-Z]+)?)\b")
_REVIVE = re.compile(r"\b(?:bring|get|put|turn|switch|start|make) .*\b(?:back|up|on|again|running|work(?:ing)?)\b|\brevive\b|\bresurrect\b")
_SWITCHED = frozenset(("ScaledToZero", "CronJobSuspended", "JobSuspended", "NodeCordoned"))
"""What is off because somebody switched it off: switching it on is the repair."""
_OPERATED = {
    "postgresql.cnpg.io": "kubectl cnpg restart {name} -n {namespace}",
    "kafka.strimzi.io": "kubectl -n {namespace} annotate strimzipodset -l strimzi.io/cluster={name} strimzi.io/manual-rolling-update=true",
}
"""How the operator of a custom resource is told to restart it, by its group."""
_MAKERS = frozenset(("Pod", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Namespace", "Service", "StrimziPodSet"))
"""Kinds whose pods are made anew where they are deleted, or that pods stand behind."""
_ROLLED = frozenset(("Deployment", "StatefulSet", "DaemonSet"))
_PODS = re.compile(r"^(?!.*\b(?:deployments?|statefulsets?|daemonsets?|workloads?)\b).*\bpod(s)?\b")
"""Whose pods are meant, and not the workload itself."""
_FLAG = "This changes the cluster; arcops never runs it:"


async def answer(asked: Asked) -> Draft:
    """The line for the task, what it does, what to mind, and further lines."""
    if asks_for_secret(asked.reading.question):
        return refusal(asked)
    subject, question = (_by_kinds(asked, text) for text in (asked.reading.subject, asked.reading.question))
    task = await asyncio.to_thread(task_of, *(_by_use(asked, text) for text in (subject, question)))
    cases = cases_about(cases_of(asked), set(family(asked.reading.objects, asked.inventory)))
    is_repair = bool(cases) and _REVIVE.search(asked.reading.question.lower()) is not None and cases[0].main.code not in _SWITCHED
    is_counted = task is not None and task.needs == "scale" and re.search(r"\d", asked.reading.subject) is not None
    if (task is None or (is_repair and not is_counted)) and asked.reading.objects:
        return await explain(asked) if cases or task is not None else await _unknown_deed(asked)
    if task is None:
        return _none(asked)
    names = names_for(asked)
    if names.ref is not None and task.line.endswith("delete {thing}") and _is_going(asked, names.ref):
        return await explain(replace(asked, reading=replace(asked.reading, objects=(names.ref,))))
    other = _rather(asked, task, names)
    task = (await asyncio.to_thread(task_of, other) if other else None) or task
    return Draft((*_missing(asked), *_told(asked, task, names), *trouble_of(asked, asked.reading.objects, most=1)))


def _rather(asked: Asked, task: Task, names: Names) -> str:
    """A plainer wording of what is meant where the object is not what the task is for: of a pod no rollout, of its pods no Deployment."""
    ref, text = names.ref, asked.reading.question.lower()
    if ref is None:
        return ""
    if "rollout restart" in task.line and ref.kind == "Pod":
        return "delete the pod of"
    if task.line.endswith("delete {thing}") and ref.kind in _ROLLED and (said := _PODS.search(text)):
        return "restart" if said[1] else "delete the pod of"
    return "describe" if task.is_general and names.values["kindplural"] not in text.replace(" ", "") else ""


async def _unknown_deed(asked: Asked) -> Draft:
    """That the command is not known, and how the object stands."""
    draft = await explain(asked)
    said = told(asked, FactType.COMMAND, "I know no command for that; this is how it stands.")
    return replace(draft, blocks=(said, *draft.blocks), can_tell=False)


def _is_going(asked: Asked, ref: ObjectRef) -> bool:
    """Whether an object is being deleted already, so that no further deletion helps."""
    entry = asked.inventory.get(ref)
    return entry is not None and entry.obj.metadata.deletion_timestamp is not None


def _by_kinds(asked: Asked, text: str) -> str:
    """A text with kinds in place of names, so that no name is taken for a task: ``resume backup`` as ``resume cronjob``."""
    nodes = {entry.ref.name for entry in asked.inventory.list(Node.GROUP_KIND)}
    said = " ".join(_by_kind(word, nodes, asked) for word in text.split())
    meant = object_meant(asked)
    kind = _kind_of(asked, meant) if meant is not None else ""
    return said if not kind or kind in said else f"{said} {kind}"


def _kind_of(asked: Asked, ref: ObjectRef) -> str:
    """The word for its kind, and whether it is held back: ``suspended job``."""
    entry = asked.inventory.get(ref)
    is_suspended = entry is not None and ref.group_kind not in (Node.GROUP_KIND, REQUESTS) and is_held(entry)
    return "" if ref.kind == "Namespace" else f"{'suspended ' if is_suspended else ''}{ref.kind.lower()}"


def _by_use(asked: Asked, text: str) -> str:
    """A text in which a Secret that is missing is called by what wants it: credentials of a registry."""
    gone = {ref.name for ref in asked.reading.gone if ref.kind == "Secret"}
    wanted = {one.name for pod in asked.inventory.list(Pod.GROUP_KIND) for one in _pulls(pod)} if gone else set()
    return re.sub(r"\bsecrets?\b", "pull secret", text, count=1) if gone & wanted else text


def _pulls(entry: Entry) -> Sequence[NamedSource]:
    return (entry.obj.spec.image_pull_secrets or ()) if isinstance(entry.obj, Pod) and entry.obj.spec else ()


def _by_kind(word: str, nodes: set[str], asked: Asked) -> str:
    plain = word.strip("?.,!'\"").lower()
    if plain in nodes:
        return f"node {word}"
    for ref in asked.reading.objects:
        if ref.kind != "Namespace" and (plain == ref.name or ref.name.startswith(f"{plain}-")):
            return _kind_of(asked, ref)
    return word


def _told(asked: Asked, task: Task, names: Names) -> Iterator[Block]:
    unfit = _nowhere(asked, task, names) or _unfit(task, names)
    if unfit:
        yield told(asked, FactType.COMMAND, unfit, ref=names.ref)
        return
    line = filled(task.line, names)
    say = filled(task.say, names)
    yield from safety(asked, task, names)
    sentence = f"{say}. {_FLAG}" if task.changes else f"{say}:"
    fact = asked.book.add(FactType.COMMAND, f"{sentence} {line}", ref=names.ref, rank=0)
    yield Said(sentence, (fact,))
    yield Command(line, (fact,))
    yield from _to_fill(line, asked.reading.question)
    yield from remarks(asked, task, names)
    for what, further in task.then:
        made = filled(further, names)
        yield from step(asked, f"{what[:1].upper()}{what[1:]}", made, ref=names.ref, rank=1)


def filled(text: str, names: Names) -> str:
    """A line with its names in it, single spaces, none at its end; what is in no namespace is named without one."""
    if "{thing}" in text and names.ref is not None and not names.ref.namespace:
        text = text.replace("{n}", "")
    return " ".join(text.format_map(dict(names.values)).split())


def _nowhere(asked: Asked, task: Task, names: Names) -> str:
    """That the namespace which is meant has nothing that such a task is for."""
    space = names.ref.name if names.ref is not None and names.ref.kind == "Namespace" else asked.reading.namespace
    if not task.needs or names.workload is not None or not space or rolled_in(asked, space):
        return ""
    return f"Nothing in namespace {space} can be {'rolled out or back' if task.needs == 'rollout' else 'scaled'}: it has no workload."


def _unfit(task: Task, names: Names) -> str:
    """Why the object has no such task, with what does it instead; "" where it fits."""
    work = names.workload
    if task.needs == "rollout" and not can_roll(work):
        if work is not None and (line := _OPERATED.get(work.group)):
            restart = line.format(name=work.name, namespace=work.namespace)
            return f"{work} is restarted by its operator (this changes the cluster; arcops never runs it): {restart}"
        if work is None or names.pod is None or names.ref is None or names.ref.kind not in _MAKERS:
            return f"{work} has no rollouts, so it cannot be {'rolled back' if 'undo' in task.line else 'restarted'}."
        return (
            f"{work} has no rollouts; to make its pods anew delete them (this changes the cluster; arcops never runs it): "
            f"kubectl {names.values['n']}delete pod {names.values['pod']}"
        )
    if task.needs == "scale" and work is not None and not can_scale(work):
        reason = "it runs one pod on each node that fits" if work.kind == "DaemonSet" else "it has no number of replicas"
        return f"{work} cannot be scaled: {reason}."
    return ""


def _to_fill(line: str, question: str) -> Iterator[Block]:
    """Which capitals are to be replaced: those that the question does not give itself."""
    found = [one for one in dict.fromkeys(_CAPITALS.findall(line)) if one not in question]
    if found:
        yield Said(f"Put your own in place of {listed(found)}.")


def _missing(asked: Asked) -> Iterator[Block]:
    if asked.reading.unknown:
        names = listed([f"`{name}`" for name in asked.reading.unknown], last="or")
        yield told(asked, FactType.COVERAGE, f"There is nothing called {names} in this cluster.", rank=0)


def _none(asked: Asked) -> Draft:
    text = (
        "I know no command for that. I know those for logs, shells, port-forwards, restarts, scaling, rollbacks, nodes, events, "
        "certificates, rights and Azure Arc."
    )
    return Draft((told(asked, FactType.COMMAND, text), *step(asked, "All of kubectl's are listed by", "kubectl --help")), can_tell=False)
