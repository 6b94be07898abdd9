interface PodState {
  readonly phase: string;
  readonly reason: string;
  readonly ready: number;
  readonly total: number;
}

/** Whether a pod needs a look: it is neither done nor running with every container ready. */
export function isTroubled(pod: PodState): boolean {
  if (pod.phase === "Succeeded") return false;
  return pod.phase !== "Running" || pod.ready < pod.total;
}

/** Failed and crashing pods are errors; others that are not ready are warnings. The reason is the server's word. */
export function severity(pod: PodState): "error" | "warning" {
  return pod.phase === "Failed" || /BackOff|Err|OOMKilled|Invalid/.test(pod.reason) ? "error" : "warning";
}

/** What is wrong in one word: the server's reason, which for a running pod that is not ready is only "Running". */
export function complaint(pod: PodState): string {
  return pod.reason === "Running" || pod.reason === "" ? "NotReady" : pod.reason;
}
