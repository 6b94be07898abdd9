import type { PodStatus } from "../api/answers";
import { complaint, isTroubled, severity } from "../lib/trouble";
import { Ago } from "./Moment";

/** The pods that need a look, errors first, the youngest of each first. */
export function TroubledPods({ pods, now }: { pods: readonly PodStatus[]; now: number }) {
  const rows = pods.filter(isTroubled).sort(byUrgency);
  if (rows.length === 0) return <p className="quiet">Every pod is running and ready, or done.</p>;
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Pod</th>
            <th scope="col">Reason</th>
            <th scope="col">Ready</th>
            <th scope="col">Restarts</th>
            <th scope="col">Node</th>
            <th scope="col">Age</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((pod) => (
            <tr key={`${pod.namespace}/${pod.name}`}>
              <th scope="row">
                <span className="quiet">{pod.namespace}/</span>
                <wbr />
                {pod.name}
              </th>
              <td>
                <span className={`badge ${severity(pod)}`}>
                  {severity(pod) === "error" ? "✕" : "▲"} {complaint(pod)}
                </span>
              </td>
              <td>
                {pod.ready}/{pod.total}
              </td>
              <td>{pod.restarts}</td>
              <td>{pod.node}</td>
              <td>
                <Ago at={pod.created_at} now={now} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function byUrgency(one: PodStatus, other: PodStatus): number {
  if (severity(one) !== severity(other)) return severity(one) === "error" ? -1 : 1;
  return other.created_at.localeCompare(one.created_at) || one.name.localeCompare(other.name);
}
