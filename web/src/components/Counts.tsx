import type { Health, PodStatus } from "../api/answers";
import { isTroubled } from "../lib/trouble";

/** What there is, in numbers. */
export function Counts({ health, pods }: { health: Health; pods: readonly PodStatus[] }) {
  const troubled = pods.filter(isTroubled).length;
  const done = pods.filter((pod) => pod.phase === "Succeeded").length;
  const nodes = new Set(pods.map((pod) => pod.node).filter((node) => node !== "unscheduled")).size;
  return (
    <dl className="counts">
      <Count what="pods not well" number={troubled} state={troubled > 0 ? "warning" : "ok"} />
      <Count what="pods well" number={pods.length - troubled - done} />
      <Count what="pods done" number={done} />
      <Count what="nodes with pods" number={nodes} />
      <Count what="objects watched" number={health.details.kubernetes.objects} />
      <Count what="kinds watched" number={health.details.kubernetes.kinds} />
    </dl>
  );
}

function Count({ what, number, state = "" }: { what: string; number: number; state?: string }) {
  return (
    <div className={state}>
      <dt>{what}</dt>
      <dd>{number.toLocaleString()}</dd>
    </div>
  );
}
