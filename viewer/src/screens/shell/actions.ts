// What can be done on a page by one key: each with a name, for the sheet under `?`. A page says its own while it is
// shown. Keys are left alone while somebody types, chooses from a list, or answers a window.
import { useEffect, useRef } from "react";

export type Action = {
  /** As `KeyboardEvent.key`; a letter is the same with and without Shift. */
  key: string;
  name: string;
  /** Without it the key is only told: an image or a field hears it itself. */
  run?: () => void;
};

const standing = new Set<{ current: readonly Action[] }>();

/** The page's actions while it is shown; those that cannot be done now are left out by the page. */
export function useActions(actions: readonly Action[]): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    standing.add(latest);
    return () => void standing.delete(latest);
  }, []);
}

export function actionsNow(): readonly Action[] {
  return [...standing].flatMap((one) => one.current);
}

/** Hears the keys of `always` and of whatever page is shown. */
export function useActionKeys(always: readonly Action[]): void {
  const latest = useRef(always);
  latest.current = always;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const action = [...actionsNow(), ...latest.current].find((one) => one.run && isKey(one.key, event.key));
      if (!action) return;
      event.preventDefault();
      action.run?.();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

const TYPED = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=listbox], [aria-haspopup]";

function isTaken(event: KeyboardEvent): boolean {
  if (document.querySelector("[role=dialog], [role=alertdialog]")) return true;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(TYPED)) return true;
  return event.key === "Enter" && target.closest("a, button, input, [role=application]") !== null;
}

function isKey(wanted: string, pressed: string): boolean {
  return wanted.length === 1 ? wanted.toLowerCase() === pressed.toLowerCase() : wanted === pressed;
}
