import type { Health } from "../api/answers";
import { Ago, Since } from "./Moment";

/** What arcops cannot see now, and why: silence elsewhere on the page must say what it covers. */
export function NotSeen({ health, now }: { health: Health; now: number }) {
  const { kubernetes, context_buffer: record } = health.details;
  const gaps = kubernetes.problems.map((problem) => (
    <li key={problem.resource}>
      <span className={`badge ${problem.phase === "failing" ? "error" : "unknown"}`}>{problem.phase}</span>
      <span className="where">{problem.kind}</span>
      <span className="quiet">
        <Since at={problem.since} now={now} />
      </span>
      {problem.last_error && <p>{problem.last_error}</p>}
    </li>
  ));
  return (
    <>
      {gaps.length > 0 ? <ul className="events">{gaps}</ul> : <p className="quiet">Every kind this account may read is followed.</p>}
      <p className="quiet">
        The record: {record.state}
        {record.since && (
          <>
            , reaches back <Ago at={record.since} now={now} />
          </>
        )}
        {record.detail && `. ${record.detail}`}
      </p>
    </>
  );
}
