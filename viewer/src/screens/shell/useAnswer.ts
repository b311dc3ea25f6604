// One answer of the server on a page: being asked, there, or refused; and how to ask again.
import { useCallback, useEffect, useState } from "react";

export type Answer<T> = { value: T | null; error: unknown; again: () => void; set: (value: T) => void };

/** `question` is asked again when one of `about` changes; the old answer stays until the new one is there. */
export function useAnswer<T>(question: (signal: AbortSignal) => Promise<T>, about: unknown[] = []): Answer<T> {
  const [value, set] = useState<T | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    question(stop.signal).then(
      (answer) => {
        if (stop.signal.aborted) return;
        set(answer);
        setError(null);
      },
      (thrown: unknown) => {
        if (!stop.signal.aborted) setError(thrown);
      },
    );
    return () => stop.abort();
    // The question is a new function at every drawing; what it is about is in `about`.
  }, [turn, ...about]);
  return { value, error, again: useCallback(() => setTurn((now) => now + 1), []), set };
}
