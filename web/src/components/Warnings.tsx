import type { ClusterEvent } from "../api/answers";
import { Ago } from "./Moment";

const MOST = 50;

/** The newest Warning events of the last hour. */
export function Warnings({ events, now }: { events: readonly ClusterEvent[]; now: number }) {
  const warnings = events.filter((event) => event.type === "Warning");
  if (warnings.length === 0) return <p className="quiet">No warning in the last hour.</p>;
  return (
    <>
      <ul className="events">
        {warnings.slice(0, MOST).map((event) => (
          <li key={`${event.namespace}/${event.name}`}>
            <span className="badge warning">▲ {event.reason}</span>
            <span className="where">
              {event.namespace && <span className="quiet">{event.namespace}/</span>}
              <wbr />
              {event.involved_object}
            </span>
            <span className="quiet">
              <Ago at={event.timestamp} now={now} /> ago{event.count > 1 && `, ${event.count} times`}
            </span>
            <p>{event.message}</p>
          </li>
        ))}
      </ul>
      {warnings.length > MOST && (
        <p className="quiet">
          Showing {MOST} of {warnings.length}. All: <a href="/api/cluster/events?event_type=Warning">/api/cluster/events</a>
        </p>
      )}
    </>
  );
}
