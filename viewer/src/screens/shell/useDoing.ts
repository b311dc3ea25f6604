// Something a person asked for: whether it is still being done, and why it was not.
import { useCallback, useRef, useState } from "react";

export type Doing = {
  busy: boolean;
  error: unknown;
  /** Does it, unless it is being done already; true when it was done. */
  start: (deed: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
};

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef(false);
  const start = useCallback(async (deed: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await deed();
      return true;
    } catch (thrown) {
      setError(thrown);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, error, start, clear: useCallback(() => setError(null), []) };
}
