import type { ClusterEvent } from "../api/answers";
import { Ago } from "./Moment";

const MOST = 20;

/** The newest Warning events of the last hour; those that say the same of one object are one line. */
export function Warnings({ events, now }: { events: readonly ClusterEvent[]; now: number }) {
  const warnings = together(events.filter((event) => event.type === "Warning"));
  if (warnings.length === 0) return <p className="quiet">No warning in the last hour.</p>;
  return (
    <>
      <ul className="events">
        {warnings.slice(0, MOST).map((event) => (
          <li key={subject(event)}>
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

/** Events newest first, those with the same reason and object added up under the newest of them. */
function together(events: readonly ClusterEvent[]): readonly ClusterEvent[] {
  const groups = new Map<string, ClusterEvent>();
  for (const event of events) {
    const newest = groups.get(subject(event));
    groups.set(subject(event), newest ? { ...newest, count: newest.count + event.count } : event);
  }
  return [...groups.values()];
}

function subject(event: ClusterEvent): string {
  return `${event.namespace}/${event.involved_object}/${event.reason}`;
}
