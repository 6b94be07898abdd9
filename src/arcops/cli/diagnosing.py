"""Where a diagnosis comes from: files, each for itself, a running service, or the cluster of a kubeconfig."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from arcops.base.errors import BadInput
from arcops.cli.options import Scope, Speech, Target
from arcops.queries.diagnosed import FindingQuery
from arcops.queries.stories import Told


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are asked for: of a namespace, of labels, about one object (``kind/name``), as of a moment."""

    namespace: str = ""
    selector: str = ""
    about: str = ""
    at: str = ""

    def query(self, namespace: str = "") -> FindingQuery:
        """The same as a question. Raises ``BadInput``."""
        if not self.about:
            return FindingQuery(namespace=namespace or self.namespace, selector=self.selector)
        kind, slash, name = self.about.partition("/")
        if not (kind and slash and name):
            raise BadInput(what=f'"{self.about}"', why="it is not KIND/NAME", hint="Write deploy/web or pod/web-0.")
        return FindingQuery(namespace=namespace or self.namespace, kind=kind, name=name, selector=self.selector)


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A diagnosis, the file it is of ("" for a cluster), and the question it answers."""

    name: str
    told: Told
    query: FindingQuery


def diagnosed(target: Target, files: tuple[str, ...], scope: Scope, wanted: Wanted, speech: Speech) -> Iterator[Diagnosed]:
    """One diagnosis for each file, or the one of the service or cluster."""
    names = (*files, *target.files)
    if names:
        for name in names:
            yield of_file(name, wanted, speech)
    else:
        yield of_cluster(target, scope, wanted, speech)


def of_file(name: str, wanted: Wanted, speech: Speech) -> Diagnosed:
    """The diagnosis of a file, a folder or ``-``. Raises ``BadInput``."""
    from arcops.cli.quiet import keep_quiet
    from arcops.kube.times import time_ms
    from arcops.queries.diagnosed import scope_of
    from arcops.queries.stories import told
    from arcops.testing.cases import play

    keep_quiet(speech)
    until_ms = time_ms(wanted.at)
    if wanted.at and until_ms is None:
        raise BadInput(what=f"The time {wanted.at}", why="for a file it is written as RFC 3339, 2026-11-24T14:00:00Z")
    played = play([name], until_ms=until_ms)
    for problem in played.play.source.problems:
        speech.note(f"{problem.what}: {problem.why}")
    query = wanted.query()
    services = played.play.services
    made = told(played.report, played.play.diagnosis.engine, services.source.catalog, scope_of(services, query), name)
    return Diagnosed(name, made, query)


def of_cluster(target: Target, scope: Scope, wanted: Wanted, speech: Speech) -> Diagnosed:
    """The diagnosis of a running service, or of the cluster of a kubeconfig as it is now. Raises what ``questions`` does."""
    from arcops.cli.connect import questions
    from arcops.cli.when import moment_of, say_past

    with questions(target, speech, None) as asked:
        about_here = asked.namespace if wanted.about else ""
        query = wanted.query("" if scope.all_namespaces else wanted.namespace or about_here)
        if wanted.at and asked.remembers:
            then = moment_of(asked, wanted.at)
            say_past(asked, then, speech)
            query = replace(query, at=then.at)
        elif wanted.at:
            query = replace(query, at=wanted.at)
        return Diagnosed("", asked.told(query), query)
