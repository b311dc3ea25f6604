// Where in the room the page is: the address bar, and how to change it without loading the page again.
import { useSyncExternalStore } from "react";

const moved = new Set<() => void>();
let hasGone = false;

/** Whether another page was gone to since the browser loaded this one. */
export function hasMoved(): boolean {
  return hasGone;
}

function listen(listener: () => void): () => void {
  moved.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    moved.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

export function usePath(): string {
  return useSyncExternalStore(listen, () => window.location.pathname);
}

export function goTo(path: string, { replace = false } = {}): void {
  if (path === window.location.pathname + window.location.search) return;
  window.history[replace ? "replaceState" : "pushState"](null, "", path);
  window.scrollTo(0, 0);
  hasGone = true;
  moved.forEach((listener) => listener());
}

/** The parts of a path like `/read/{item}` in `path`, or null where it is another one. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [at, name] of wanted.entries()) {
    const value = given[at] ?? "";
    if (!name.startsWith("{")) {
      if (name !== value) return null;
    } else if (value) {
      parts[name.slice(1, -1)] = decodeURIComponent(value);
    } else {
      return null;
    }
  }
  return parts;
}
