import type { Health } from "../api/answers";
import { clockTime } from "../lib/time";
import { Since } from "./Moment";

/** One line: is what you see true now, and since when. */
export function HealthLine({ health, failure, heardMs, now }: { health: Health | null; failure: string | null; heardMs: number; now: number }) {
  if (failure) {
    return (
      <p className="health error" role="status">
        <b>✕ No answer from arcops</b>
        <span>{heardMs > 0 ? `What you see is from ${clockTime(new Date(heardMs).toISOString())}. ${failure}` : failure}</span>
      </p>
    );
  }
  if (!health) return <p className="health quiet">Asking …</p>;
  const cluster = health.details.kubernetes;
  const well = health.status === "healthy";
  return (
    <p className={`health ${well ? "ok" : cluster.state === "disconnected" ? "error" : "warning"}`} role="status">
      <b>
        {well ? "●" : "▲"} {cluster.state} <Since at={cluster.since} now={now} />
      </b>
      <span>
        {[cluster.context || cluster.source, cluster.version].filter(Boolean).join(" · ")}
        {cluster.behind_s > 0 && ` · the picture may be ${Math.round(cluster.behind_s)} s old`}
      </span>
    </p>
  );
}
