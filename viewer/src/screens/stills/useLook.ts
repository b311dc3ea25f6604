// How a still is looked at: how near, round which place, in which window. Shared by stills that lie side by side.
import { useState } from "react";

import type { Plane } from "../../regions/plane";
import type { Point3 } from "../../regions/draft";
import type { Point2 } from "../../regions/ring";
import type { SeriesFrames } from "../../viewer/frames";
import type { Window } from "../../viewer/shades";
import { CLOSE_MM } from "../reading/state/shown";

/** What of a plane is seen, in mm: its upper left corner, and its width and height. */
export type Box = { readonly corner: Point2; readonly size: Point2 };
type Near = { readonly centre: Point3; readonly across: number };

export type Look = {
  window: Window;
  isWhole: boolean;
  boxOn: (plane: Plane) => Box;
  /** Nearer (a factor above 1) or farther, round a place that stays where it is. */
  zoom: (plane: Plane, factor: number, round?: Point2) => void;
  /** Moved by mm of the plane. */
  pan: (plane: Plane, by: Point2) => void;
  whole: () => void;
  closeUp: (place: Point3) => void;
  /** By screen pixels: across wider, down higher (darker), as on the reading page. */
  windowBy: (by: Point2) => void;
  ownWindow: () => void;
};

export function wholeBox({ columns, rows, spacing }: Plane): Box {
  return { corner: [-0.5 * spacing[0], -0.5 * spacing[1]], size: [columns * spacing[0], rows * spacing[1]] };
}

/** The part of the plane that is `across` mm wide round a place, in the shape of the whole. */
export function boxRound(plane: Plane, [u, v]: Point2, across: number): Box {
  const [width, height] = wholeBox(plane).size;
  const high = (across * height) / width;
  return { corner: [u - across / 2, v - high / 2], size: [across, high] };
}

/** The middle after a zoom that leaves `round` where it is. */
export function middleAfter(middle: Point2, round: Point2, kept: number): Point2 {
  return [round[0] + (middle[0] - round[0]) * kept, round[1] + (middle[1] - round[1]) * kept];
}

/** `lesion`: what is shown close up at first; null: the whole image. */
export function useLook(frames: SeriesFrames, lesion: Point3 | null): Look {
  const [near, setNear] = useState<Near | null>(() => (lesion ? { centre: lesion, across: CLOSE_MM } : null));
  const [windows, setWindows] = useState<ReadonlyMap<string, Window>>(new Map());
  const own = frames.facts.window;
  const window = windows.get(frames.facts.id) ?? own;
  const setWindow = (next: Window) => setWindows(new Map(windows).set(frames.facts.id, next));
  const boxOn = (plane: Plane) => (near ? boxRound(plane, plane.toPlane(near.centre), near.across) : wholeBox(plane));
  const middleOn = (plane: Plane): Point2 => {
    const { corner, size } = boxOn(plane);
    return [corner[0] + size[0] / 2, corner[1] + size[1] / 2];
  };
  return {
    window,
    isWhole: near === null,
    boxOn,
    zoom: (plane, factor, round) => {
      const most = wholeBox(plane).size[0];
      const across = Math.max(10, (near?.across ?? most) / factor);
      if (across >= most) return setNear(null);
      const middle = middleOn(plane);
      const kept = across / (near?.across ?? most);
      setNear({ centre: plane.toLps(middleAfter(middle, round ?? middle, kept)), across });
    },
    pan: (plane, [du, dv]) => {
      const [u, v] = middleOn(plane);
      if (near) setNear({ ...near, centre: plane.toLps(plane.clamp([u - du, v - dv])) });
    },
    whole: () => setNear(null),
    closeUp: (place) => setNear({ centre: place, across: CLOSE_MM }),
    windowBy: ([dx, dy]) => {
      const step = Math.max(own.width, 1e-9) / 400;
      setWindow({ center: window.center + dy * step, width: Math.max(step, window.width + dx * step) });
    },
    ownWindow: () => setWindow(own),
  };
}
