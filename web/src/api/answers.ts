// The parts of the service's answers that this page reads; docs/reference/api.md describes them whole.

export interface Health {
  readonly status: "healthy" | "degraded";
  readonly timestamp: string;
  readonly details: {
    readonly kubernetes: KubernetesHealth;
    readonly context_buffer: RecordHealth;
    readonly foundry: { readonly state: string; readonly detail: string };
  };
}

export interface KubernetesHealth {
  readonly state: string;
  readonly since: string | null;
  readonly source: string;
  readonly context: string;
  readonly version: string;
  readonly synced: boolean;
  readonly behind_s: number;
  readonly kinds: number;
  readonly objects: number;
  readonly problems: readonly KindProblem[];
  readonly last_error: string;
}

export interface KindProblem {
  readonly kind: string;
  readonly resource: string;
  readonly phase: string;
  readonly since: string | null;
  readonly last_error: string;
}

export interface RecordHealth {
  readonly state: string;
  readonly detail: string;
  readonly since: string | null;
  readonly snapshots: number;
}

export interface PodStatus {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly reason: string;
  readonly node: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  readonly created_at: string;
}

export interface ClusterEvent {
  readonly timestamp: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involved_object: string;
  readonly count: number;
}

export interface ClusterStatus {
  readonly timestamp: string;
  readonly pods: readonly PodStatus[];
  readonly events: readonly ClusterEvent[];
}
