// What a drawing tool is: it hears where the pointer (or the keyboard's cursor) is on one frame, shows what would be
// drawn, and hands a finished ring over. All in millimetres of the frame's plane.
import type { Contour, DrawnWith, Ruler } from "../../../regions/draft";
import type { Plane } from "../../../regions/plane";
import type { Point2, Ring2 } from "../../../regions/ring";
import type { SeriesFrames } from "../../../viewer/frames";

export interface Place {
  /** Which pane. */
  readonly at: number;
  readonly plane: Plane;
  readonly frames: SeriesFrames;
  readonly index: number;
  readonly point: Point2;
  /** Millimetres a screen pixel shows. */
  readonly scale: number;
  readonly shift: boolean;
}

export interface Preview {
  readonly place: Place;
  /** Seen on whatever slice the pane shows, as a brush is; else only on the slice of the place. */
  readonly roams?: boolean;
  readonly line?: Ring2;
  readonly closed?: boolean;
  readonly dots?: readonly Point2[];
  readonly disc?: { readonly centre: Point2; readonly radius: number };
}

/** What tools ask of the reading, and give to it. */
export interface Desk {
  /** The contours of the frame at the place, as drawn there. */
  contoursAt(place: Place): readonly Contour[];
  readonly drawAs: Contour["role"] | "hole";
  select(id: string | null): void;
  drawn(place: Place, ring: Ring2, tool: DrawnWith): void;
  reshaped(contour: Contour, place: Place, ring: Ring2, holes?: readonly Ring2[]): void;
  ruled(place: Place, axis: Ruler["axis"], from: Point2, to: Point2): void;
  pan(place: Place, by: Point2): void;
  say(message: string): void;
  remove(): void;
  readonly discRadius: number;
  readonly circleArea: number;
}

export function onSameImage(one: Place, other: Place): boolean {
  return one.at === other.at && one.frames === other.frames && one.index === other.index;
}

export abstract class Tool {
  /** Clicks follow one another (spline) instead of press, move, release (freehand). */
  readonly byClicks: boolean = false;
  busy = false;

  constructor(protected readonly desk: Desk) {}

  abstract down(place: Place): void;
  move(_place: Place): void {}
  up(_place: Place): void {}
  /** Enter, a double click: what is begun is finished. */
  finish(): void {}
  /** One step back within what is begun. */
  back(): void {}
  cancel(): void {
    this.busy = false;
  }
  preview(): Preview | null {
    return null;
  }
}

/** How near, in screen pixels, the pointer takes hold of a line. */
export const GRIP = 7;
