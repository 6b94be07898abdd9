"""The kinds that run pods to an end: Job and CronJob."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.event import ObjectReference
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.pod import PodTemplate
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind


class JobSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a Job runs, how often and how long."""

    parallelism: int | None = None
    completions: int | None = None
    backoff_limit: int | None = None
    backoff_limit_per_index: int | None = None
    active_deadline_seconds: int | None = None
    completion_mode: str | None = None
    suspend: bool | None = None
    selector: LabelSelector | None = None
    template: PodTemplate | None = None
    ttl_seconds_after_finished: int | None = None
    managed_by: str | None = None


class JobStatus(msgspec.Struct, gc=False, rename="camel"):
    """How far a Job is; absent counts are 0."""

    active: int | None = None
    ready: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    terminating: int | None = None
    start_time: str | None = None
    completion_time: str | None = None
    conditions: tuple[Condition, ...] | None = None


class Job(msgspec.Struct, gc=False, rename="camel"):
    """A Job."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("batch", "Job")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: JobSpec | None = None
    status: JobStatus | None = None


class JobTemplate(msgspec.Struct, gc=False, rename="camel"):
    """The Job a CronJob makes."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: JobSpec | None = None


class CronJobSpec(msgspec.Struct, gc=False, rename="camel"):
    """When and what a CronJob runs."""

    schedule: str = ""
    time_zone: str | None = None
    starting_deadline_seconds: int | None = None
    concurrency_policy: str | None = None
    suspend: bool | None = None
    job_template: JobTemplate | None = None


class CronJobStatus(msgspec.Struct, gc=False, rename="camel"):
    """The Jobs that run now, and when it last ran and succeeded."""

    active: tuple[ObjectReference, ...] | None = None
    last_schedule_time: str | None = None
    last_successful_time: str | None = None


class CronJob(msgspec.Struct, gc=False, rename="camel"):
    """A CronJob."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("batch", "CronJob")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: CronJobSpec | None = None
    status: CronJobStatus | None = None
