// One piece of long work, asked after until it is over; a page that is opened later finds it again by its kind.
import { useCallback, useEffect, useRef, useState } from "react";

import { cancelWork, isOver, listWork, readWork, type Work } from "../../api";

const EVERY_MS = 500;

export type FollowedWork = {
  work: Work | null;
  error: unknown;
  /** Follows work that was just started. */
  follow: (work: Work) => void;
  cancel: () => void;
  /** What ended is no longer shown. */
  dismiss: () => void;
};

/** `kinds`: what this page starts. `onDone` is called once, when followed work was done. */
export function useWork(kinds: readonly string[], onDone: (work: Work) => void = () => undefined): FollowedWork {
  const [work, setWork] = useState<Work | null>(null);
  const [error, setError] = useState<unknown>(null);
  const done = useRef(onDone);
  done.current = onDone;
  const key = kinds.join();

  useEffect(() => {
    const stop = new AbortController();
    listWork(stop.signal).then(
      (all) => {
        const mine = all.filter((one) => key.split(",").includes(one.kind) && !isOver(one)).at(0);
        if (mine && !stop.signal.aborted) setWork((now) => now ?? mine);
      },
      () => undefined,
    );
    return () => stop.abort();
  }, [key]);

  const id = work && !isOver(work) ? work.id : "";
  useEffect(() => {
    if (!id) return undefined;
    const stop = new AbortController();
    const ask = () =>
      readWork(id, stop.signal).then(
        (now) => {
          if (stop.signal.aborted) return;
          setError(null);
          setWork(now);
          if (now.state === "done") done.current(now);
        },
        (thrown: unknown) => {
          if (!stop.signal.aborted) setError(thrown);
        },
      );
    const timer = window.setInterval(() => void ask(), EVERY_MS);
    return () => {
      stop.abort();
      window.clearInterval(timer);
    };
  }, [id]);

  return {
    work,
    error,
    follow: useCallback((started: Work) => setWork(started), []),
    cancel: useCallback(() => void (id && cancelWork(id).then(setWork, setError)), [id]),
    dismiss: useCallback(() => setWork(null), []),
  };
}
