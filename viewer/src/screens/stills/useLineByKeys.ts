// A line drawn without a mouse: arrow keys move a cursor over the frame, Space puts a corner, Enter closes the line,
// Backspace takes the last corner back and Escape all of them.
import { useState, type KeyboardEvent } from "react";

import type { Plane } from "../../regions/plane";
import type { Point2 } from "../../regions/ring";

const FAR = 5;
const ARROWS: Record<string, Point2> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export type LineByKeys = {
  /** Null until a key has moved it: a mouse shows its own. */
  cursor: Point2 | null;
  corners: readonly Point2[];
  /** True where the key was one of these. */
  press: (event: KeyboardEvent) => boolean;
  clear: () => void;
};

/** `start`: where the cursor comes in; `onLine` hears of a closed line of three corners or more. */
export function useLineByKeys(plane: Plane | undefined, start: Point2 | null, onLine?: (line: Point2[]) => void): LineByKeys {
  const [cursor, setCursor] = useState<Point2 | null>(null);
  const [corners, setCorners] = useState<readonly Point2[]>([]);
  const clear = () => {
    setCursor(null);
    setCorners([]);
  };
  const close = () => {
    if (corners.length < 3) return;
    onLine?.([...corners]);
    clear();
  };
  const press = (event: KeyboardEvent): boolean => {
    if (!plane || !onLine) return false;
    const here = cursor ?? start ?? plane.centre;
    const way = ARROWS[event.key];
    if (way) {
      const far = event.shiftKey ? FAR : 1;
      setCursor(plane.clamp([here[0] + far * way[0] * plane.spacing[0], here[1] + far * way[1] * plane.spacing[1]]));
    } else if (event.key === " ") {
      setCursor(here);
      setCorners([...corners, here]);
    } else if (event.key === "Enter" && corners.length > 0) close();
    else if (event.key === "Backspace") setCorners(corners.slice(0, -1));
    else if (event.key === "Escape" && corners.length > 0) setCorners([]);
    else return false;
    return true;
  };
  return { cursor, corners, press, clear };
}
