// Where on which frame a pointer is, in the words that tools understand.
import type { Point2 } from "../../../regions/ring";
import type { Board } from "../state/board";
import type { Place } from "./tool";

export function placeAt(board: Board, at: number, point: Point2, shift = false): Place | null {
  const shown = board.shown[at];
  const plane = board.planeOf(at);
  return shown && plane
    ? { at, plane, frames: shown.frames, index: shown.index, point, scale: shown.view.scale, shift }
    : null;
}
