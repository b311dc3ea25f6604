// One answer of the server on a page: being asked, there, or refused; and how to ask again.
import { useCallback, useEffect, useState } from "react";

const failed = new Set<() => void>();

/** What was refused is asked once more: the server is back, or the person signed in again. */
export function askAllAgain(): void {
  [...failed].forEach((again) => again());
}

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
  const again = useCallback(() => setTurn((now) => now + 1), []);
  useEffect(() => {
    if (!error) return;
    failed.add(again);
    return () => void failed.delete(again);
  }, [error, again]);
  return { value, error, again, set };
}
