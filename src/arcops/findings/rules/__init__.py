'''Every fault arcops knows, one file each: ``rules/<area>/<fault>.py``. This page is how to write one.

**The file.** Its name is the code: ``oom_killed.py`` is ``OomKilled``. It defines one ``check`` under ``@rule``; nothing else is
edited anywhere. Its docstring is the documentation of the code (``arcops explain CODE`` prints it)::

    """A container was killed because it used more memory than its limit.

    Found: when exactly, in words an operator understands.

    Quiet: when it deliberately says nothing.

    Do: what to look at first, and what usually mends it.
    """

    @rule(Pod, severity=Severity.CRITICAL, for_minutes=2, gate=is_unwell, mixin="PodCrashLooping")
    def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
        ...
        yield Hit(title=..., cause=..., evidence=(...), next=(...), since_ms=...)

``@rule(*types, …)`` takes the typed objects it judges (none: custom resources of any kind, as ``CustomObject``); see
``findings/base.py`` for every setting. ``view.subject`` is the object's ObjectRef, ``view.uid`` its uid.

**Asking.** Everything but the object itself is asked of ``view``, never kept: ``get(ref)``, ``list(kind, ns)``,
``select(kind, ns, selector)``, ``owned_by(uid, kind)``, ``on_node(name)``, ``events(*reasons)`` (of the subject; all of them,
oldest first), ``events_of(ref)``, ``changes(ref, minutes)``, ``was(ref)``, ``gone(kind, ns)``, ``log(pod, container, previous=…)``. The
answers are remembered: when one changes, this rule is run again for this subject, and only then. The last four come from the
record and are empty at first; when they arrive the rule is run again, so just carry on without. What many subjects would work out alike
(the sum of a node's pods, all routes of all Ingresses) is a *fact*: ``view.fact(function, about)``, reckoned once, kept, and the rule run
again only when its value turns out to differ.

**Absence.** A question about a kind that cannot be read raises ``CannotLook``, which you do not catch: the engine then says so in
the coverage. Where a kind is only nice to have, ask ``view.sees(kind)`` first; where silence about it would be a false alarm, say
``view.need(kind)``. What a rule found before a kind was taken from its eyes stays. ``optional: true`` references are never a fault.
Secrets hold metadata only: whether a key is there is known from messages alone.

**Time.** ``for_minutes`` makes a finding pending until it is old enough; the engine does it, and wakes itself. Give ``since_ms`` only
when a field or event says when *this fault* began (``time_ms(condition.last_transition_time)``, an event's ``first_seen``); never
the creation time of a pod. ``view.now_ms`` is now; ``view.held(since_ms, minutes)`` asks to be woken.

**Whom to blame.** ``cause`` is the object to blame if it is not the subject: an absent ConfigMap, a node, a class. Leave it out when
the fault lies in the subject's own spec: a pod's workload speaks for it by itself (``speaker.py``), so pods of one Deployment
become one incident. ``link`` says in a word how the cause reaches the subject. A rule that reports a consequence (a rollout is
stuck, a Service has no endpoints) sets ``is_symptom=True``: if another finding explains it, it joins that incident. A rule whose fault may
be the work of a change (a crash, a failing probe) sets ``blames_changes=True``; the search is done for you (``blame.py``).

**One hit per subject and cause.** Two containers with the same fault and cause: one hit that names both. ``title`` is one full
sentence with names, numbers and the decisive words of the message, no full stop; ``why`` further sentences; ``next`` exact
commands, read-only ones first. Credentials are masked for you, but never quote values of a Secret. Evidence is made with
``findings/evidence.py``; every claim of the title has one.

**Speed.** Rules run for every object: a ``gate`` (see ``pods.py``) or an early ``return`` must let healthy objects pass in under
a microsecond, before anything is asked of the view. No regular expression over healthy objects.

**Messages** are read by ``findings/text/``: pure functions from text to what it means; add yours there, with tests.

**Never** look at names of cases, namespaces or labels that only a test has. Healthy is silent: rollouts, scale-downs, a Job's
first retry, cordons on purpose are no faults.

**Cases.** ``tests/cases/findings/<Code>/``: at least one file that fires and one that stays quiet, in the format of docs (``expect:
{verdict: fault, codes: [Code], roots: [...]}`` and ``{verdict: none}``). ``arcops test tests/cases/findings`` runs them.
'''
