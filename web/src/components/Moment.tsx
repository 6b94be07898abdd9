import { age, clockTime, wholeMoment } from "../lib/time";

/** How long ago something was; the exact moment with its zone stands behind it. */
export function Ago({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={wholeMoment(at)}>
      {age(at, now)}
    </time>
  );
}

/** "since 14:29:12 (5m30s)": when a state began, as observed. */
export function Since({ at, now }: { at: string | null; now: number }) {
  if (!at) return <>since an unknown time</>;
  return (
    <time dateTime={at} title={wholeMoment(at)}>
      since {clockTime(at)} ({age(at, now)})
    </time>
  );
}
