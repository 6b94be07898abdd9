import { useEffect, useState } from "react";

import type { ClusterStatus, Health } from "../api/answers";
import { usePolled } from "../api/poll";
import { Counts } from "../components/Counts";
import { HealthLine } from "../components/HealthLine";
import { NotSeen } from "../components/NotSeen";
import { TroubledPods } from "../components/TroubledPods";
import { Warnings } from "../components/Warnings";

const EVERY_MS = 3_000;

/** What is not well now, what was warned of, and what cannot be seen. */
export function Overview() {
  const health = usePolled<Health>("/api/health", EVERY_MS);
  const status = usePolled<ClusterStatus>("/api/cluster/status", EVERY_MS);
  const now = useNow();
  return (
    <>
      <HealthLine health={health.answer} failure={health.failure ?? status.failure} heardMs={health.heardMs} now={now} />
      {health.answer && status.answer && (
        <main>
          <Counts health={health.answer} pods={status.answer.pods} />
          <section aria-labelledby="pods">
            <h2 id="pods">Pods that are not well</h2>
            <TroubledPods pods={status.answer.pods} now={now} />
          </section>
          <section aria-labelledby="warnings">
            <h2 id="warnings">Warnings of the last hour</h2>
            <Warnings events={status.answer.events} now={now} />
          </section>
          <section aria-labelledby="gaps">
            <h2 id="gaps">Not seen</h2>
            <NotSeen health={health.answer} now={now} />
          </section>
        </main>
      )}
    </>
  );
}

/** The time in Unix ms, once a second, so that ages grow. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
