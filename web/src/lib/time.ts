const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
];

/** An age as kubectl writes it, in its two largest units: `5m30s`, `2d4h`. */
export function age(fromIso: string, nowMs: number): string {
  let rest = Math.max(0, Math.floor((nowMs - Date.parse(fromIso)) / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count}${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join("") || "0s";
}

/** The time of day in the reader's zone, `14:29:12`. */
export function clockTime(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { hour12: false });
}

/** The whole moment with its zone, for the tooltip behind a short one. */
export function wholeMoment(iso: string): string {
  return new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "long" });
}
