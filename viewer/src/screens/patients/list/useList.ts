// The list of this window, kept on the server after each change: what was typed goes out in order, one after the other,
// and what could not be sent stays until it can.
import { useCallback, useEffect, useReducer, useRef, useState } from "react";

import { changePatients, isReached, onReachChanged, onSignedIn, type Patients } from "../../../api";
import { ListSheet } from "./sheet";

const SEND_AFTER_MS = 250;

export type KeptList = {
  sheet: ListSheet;
  /** Counts the changes: what is drawn of the sheet depends on it. */
  turn: number;
  isKept: boolean;
  error: unknown;
  /** Does it and keeps it; anything that changes the sheet goes through here. */
  change: (deed: (sheet: ListSheet) => boolean | void) => void;
  /** Everything typed is kept when this is done; false where it could not be. */
  flush: () => Promise<boolean>;
  takeAnew: (answer: Patients) => void;
  /** The list was entered; `whole`: the study has it as it stands, no row stayed here. */
  markEntered: (version: string, whole: boolean) => void;
};

export function useList(answer: Patients): KeptList {
  const [sheet] = useState(() => new ListSheet(answer));
  const [turn, draw] = useReducer((now: number) => now + 1, 0);
  const [error, setError] = useState<unknown>(null);
  const timer = useRef(0);
  const running = useRef<Promise<boolean> | null>(null);

  const flush = useCallback(async (): Promise<boolean> => {
    window.clearTimeout(timer.current);
    if (running.current) await running.current;
    if (sheet.isKept) return true;
    const send = async () => {
      while (!sheet.isKept) {
        const taken = sheet.takeUnsent();
        try {
          const kept = await changePatients({
            based_on: sheet.version,
            rows: Object.fromEntries(taken.rows),
            ...(taken.order ? { order: [...sheet.order] } : {}),
          });
          sheet.takeChanged(taken, kept);
          setError(null);
        } catch (thrown) {
          sheet.putBack(taken);
          setError(thrown);
          return false;
        } finally {
          draw();
        }
      }
      return true;
    };
    running.current = send();
    const done = await running.current;
    running.current = null;
    return done;
  }, [sheet]);

  const change = useCallback(
    (deed: (sheet: ListSheet) => boolean | void) => {
      if (deed(sheet) === false) return;
      draw();
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => void flush(), SEND_AFTER_MS);
    },
    [flush, sheet],
  );

  const takeAnew = useCallback(
    (next: Patients) => {
      sheet.takeAnew(next);
      draw();
    },
    [sheet],
  );

  const markEntered = useCallback(
    (version: string, whole: boolean) => {
      sheet.version = version;
      sheet.isEntered = whole;
      draw();
    },
    [sheet],
  );

  useEffect(() => {
    const again = () => (isReached() && !sheet.isKept ? void flush() : undefined);
    const ask = (event: BeforeUnloadEvent) => {
      if (!sheet.isKept) event.preventDefault();
    };
    const stops = [onReachChanged(again), onSignedIn(again)];
    window.addEventListener("beforeunload", ask);
    return () => {
      stops.forEach((stop) => stop());
      window.removeEventListener("beforeunload", ask);
      void flush();
    };
  }, [flush, sheet]);

  return { sheet, turn, isKept: sheet.isKept && running.current === null, error, change, flush, takeAnew, markEntered };
}
