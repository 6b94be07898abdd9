import { useEffect, useState } from "react";

/** What a polled question knows: its last answer, when it was got, and why the newest attempt failed, if it did. */
export interface Polled<T> {
  readonly answer: T | null;
  readonly failure: string | null;
  /** Unix ms of the last attempt that the server answered. */
  readonly heardMs: number;
}

/** Asks `path` every `everyMs` while the page is visible; an unchanged answer (ETag) costs no body and no drawing. */
export function usePolled<T>(path: string, everyMs: number): Polled<T> {
  const [state, setState] = useState<Polled<T>>({ answer: null, failure: null, heardMs: 0 });

  useEffect(() => {
    const stop = new AbortController();
    let etag = "";
    let timer: ReturnType<typeof setTimeout> | undefined;

    const ask = async () => {
      if (!document.hidden) {
        try {
          const response = await fetch(path, {
            cache: "no-store",
            headers: etag ? { "If-None-Match": etag } : {},
            signal: stop.signal,
          });
          if (response.status === 304) {
            setState((last) => ({ ...last, failure: null, heardMs: Date.now() }));
          } else if (response.ok) {
            etag = response.headers.get("ETag") ?? "";
            const answer = (await response.json()) as T;
            setState({ answer, failure: null, heardMs: Date.now() });
          } else {
            const failure = await reason(response);
            setState((last) => ({ ...last, failure }));
          }
        } catch (error) {
          if (stop.signal.aborted) return;
          setState((last) => ({ ...last, failure: `arcops does not answer (${String(error)})` }));
        }
      }
      timer = setTimeout(ask, everyMs);
    };

    const askAtOnce = () => {
      if (!document.hidden) {
        clearTimeout(timer);
        void ask();
      }
    };
    document.addEventListener("visibilitychange", askAtOnce);
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", askAtOnce);
    };
  }, [path, everyMs]);

  return state;
}

async function reason(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { title?: string; detail?: string; hint?: string };
    return [problem.detail ?? problem.title, problem.hint].filter(Boolean).join(" ");
  } catch {
    return `arcops answered ${response.status}`;
  }
}
