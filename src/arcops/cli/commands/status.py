"""``arcops status``: the first thing to type when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.options import Scope as NamespaceScope
from arcops.cli.options import Speech, Target, exit_zero_option, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.cli.summary import NodeState, Summary
    from arcops.queries.context import ContextStats

_INCIDENTS_SHOWN = 10
_PODS_SHOWN = 20
_WARNINGS_SHOWN = 10
_KINDS_NAMED = 5
_LABEL = 10
_KINDS = ("pods", "nodes", "events")


@command(
    "status",
    examples=[
        ("status", "the whole cluster"),
        ("status -n shop -o wide", "one namespace, every line of it"),
        ("status -f must-gather/", "a folder of manifests, read as a cluster"),
        ("status -q > /dev/null || echo look", "in a script: 1 means that something is not well"),
    ],
)
@exit_zero_option()
@output_option("json", "yaml", "wide", "jsonpath")
@scope_options()
@target_options()
@speech_options()
@click.pass_context
def status(ctx: click.Context, target: Target, scope: NamespaceScope, speech: Speech, output: Output, *, exit_zero: bool) -> None:
    """Sum up the cluster: what is not well comes first.

    Shows the incidents that are open (where a service answers), the connection, nodes, pods by phase, the pods that are
    not well with the reason, the warnings of the last hour, and what the record holds. Ends with 1 if something is not
    well, 3 if the cluster is gone, 5 if some kinds cannot be read.
    """
    from arcops.cli.connect import questions
    from arcops.cli.output import print_answer, print_lines
    from arcops.cli.summary import summarize

    with questions(target, speech, _KINDS) as asked:
        summary = summarize(asked, "" if scope.all_namespaces else scope.namespace)
        if output.is_table:
            print_lines(_lines(summary, asked.now_ms, everything=output.form == "wide"))
        else:
            print_answer("Status", summary, output)
    ctx.exit(0 if exit_zero else summary.exit_status)


def _lines(summary: Summary, now_ms: int, *, everything: bool) -> Iterator[str]:
    from arcops.cli.output import stdout_color
    from arcops.cli.render import table, with_last_fitted
    from arcops.cli.terminal import line_width
    from arcops.kube.times import age_text

    color = stdout_color()
    yield from _incident_lines(summary, now_ms, everything=everything)
    for label, text in _facts(summary, now_ms):
        yield f"{click.style(f'{label:<{_LABEL}}', bold=True) if color else f'{label:<{_LABEL}}'}{text}"
    pods = summary.not_well if everything else summary.not_well[:_PODS_SHOWN]
    if pods:
        yield ""
        rows = [
            [p.namespace, p.name, f"{p.ready}/{p.total}", p.reason, str(p.restarts), age_text(p.created_at, now_ms), p.node] for p in pods
        ]
        yield from table(["NAMESPACE", "NOT WELL", "READY", "STATUS", "RESTARTS", "AGE", "NODE"], rows, color=color)
        yield from _more(len(summary.not_well) - len(pods), "not well")
    warnings = summary.warnings if everything else summary.warnings[:_WARNINGS_SHOWN]
    if warnings:
        yield ""
        heads = ["WARNED", "TIMES", "NAMESPACE", "OBJECT", "REASON", "MESSAGE"]
        rows = [[age_text(w.last_seen, now_ms), str(w.count), w.namespace, w.involved_object, w.reason, w.message] for w in warnings]
        yield from table(heads, with_last_fitted(heads, rows, line_width()), color=color)
        yield from _more(len(summary.warnings) - len(warnings), "warnings of the last hour")


def _incident_lines(summary: Summary, now_ms: int, *, everything: bool) -> Iterator[str]:
    """What is wrong, before anything else."""
    from arcops.cli.output import stdout_color
    from arcops.cli.render import table, with_last_fitted
    from arcops.cli.stories import said
    from arcops.cli.terminal import line_width
    from arcops.kube.times import age_text

    found = summary.incidents or []
    if not found:
        return
    shown = found if everything else found[:_INCIDENTS_SHOWN]
    heads = ["SEVERITY", "SINCE", "ROOT", "WHAT"]
    rows = [[one.severity, age_text(one.since.time, now_ms) if one.since.time else "before", said(one.root), one.title] for one in shown]
    yield from table(heads, rows if everything else with_last_fitted(heads, rows, line_width()), color=stdout_color())
    yield from _more(len(found) - len(shown), "incidents")
    yield ""


def _more(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield f"… and {count} more {what} (-o wide shows all)"


def _facts(summary: Summary, now_ms: int) -> Iterator[tuple[str, str]]:
    """The lines on top: what is asked, how well it is known, and how it is."""
    cluster, record = summary.cluster, summary.record
    yield "Cluster", _cluster(summary, now_ms)
    if cluster.problems:
        yield "Kinds", _kinds(summary)
    for group, why in cluster.undiscovered.items():
        yield "Missing", f"API group {group}: {why}"
    yield "Nodes", _nodes(summary.nodes)
    total = sum(summary.pods.values())
    phases = ", ".join(f"{count} {phase}" for phase, count in summary.pods.items())
    yield "Pods", f"{total}{f': {phases}' if phases else ''}; {len(summary.not_well) or 'none'} not well"
    yield "Record", _record(record, now_ms) if record else "none: this process shows the present only, `arcops serve` remembers"


def _record(record: ContextStats, now_ms: int) -> str:
    from arcops.kube.times import duration_text, time_ms

    since = time_ms(record.since)
    reach = f"since {record.since} ({duration_text(now_ms - since)})" if since is not None else "empty"
    return f"{reach}, {record.revisions} versions of {record.objects} objects, {record.gaps or 'no'} gaps, {record.state} ({record.engine})"


def _cluster(summary: Summary, now_ms: int) -> str:
    from arcops.kube.times import age_text

    cluster = summary.cluster
    name = cluster.server or cluster.source
    context = f" ({cluster.context})" if cluster.context else ""
    version = f", Kubernetes {cluster.version}" if cluster.version else ""
    since = f" for {age_text(cluster.since, now_ms)}" if cluster.since else ""
    trouble = f": {cluster.last_error}" if cluster.state == "disconnected" and cluster.last_error else ""
    return f"{name}{context}{version}, {cluster.state}{since}, {cluster.objects} objects of {cluster.kinds} kinds{trouble}"


def _kinds(summary: Summary) -> str:
    """Kinds that are not fully known, by what is wrong: ``2 forbidden (secrets, leases.coordination.k8s.io)``."""
    phases: dict[str, list[str]] = {}
    for problem in summary.cluster.problems:
        phases.setdefault(problem.phase, []).append(problem.resource)
    return "; ".join(f"{len(names)} {phase} ({_named(names)})" for phase, names in sorted(phases.items()))


def _nodes(nodes: Sequence[NodeState]) -> str:
    unwell = [
        f"{node.name} {' '.join([node.state, *node.pressures])}{f' since {node.since}' if node.since else ''}"
        for node in nodes
        if not node.is_well
    ]
    cordoned = [node.name for node in nodes if node.is_well and "," in node.state]
    parts = [f"{len(nodes)}", *unwell[:_KINDS_NAMED], *([f"cordoned: {_named(cordoned)}"] if cordoned else [])]
    return "; ".join(parts) if unwell or cordoned else f"{len(nodes)}, all ready" if nodes else "none known"


def _named(names: Sequence[str]) -> str:
    more = len(names) - _KINDS_NAMED
    return ", ".join(names[:_KINDS_NAMED]) + (f" and {more} more" if more > 0 else "")
