// Drawing without a mouse: a cursor that is moved over the active image, and a key that presses at it. A tool hears
// the same as from a mouse.
import type { Point2 } from "../../../regions/ring";
import type { Reading } from "../state/reading";
import { placeAt } from "./place";
import type { Place } from "./tool";

function placeOf({ board }: Reading): Place | null {
  const plane = board.planeOf(board.active);
  return plane && board.cursor ? placeAt(board, board.active, plane.clamp(plane.toPlane(board.cursor))) : null;
}

export const press = {
  /** Move the cursor by voxels (columns, rows). */
  move(reading: Reading, [columns, rows]: Point2): void {
    const place = placeOf(reading);
    if (!place) return;
    const { plane, point } = place;
    const to = plane.clamp([point[0] + columns * plane.spacing[0], point[1] + rows * plane.spacing[1]]);
    reading.byKeyboard = true;
    reading.board.setCursor(plane.toLps(to));
    reading.tool.move({ ...place, point: to });
    reading.changed();
  },

  /**
   * A click for tools that take points and for the circle; press and, the second time, let go for the others. With
   * `shift` as with that key held down: the brush wipes.
   */
  toggle(reading: Reading, shift = false): void {
    const here = placeOf(reading);
    if (!here) return;
    const place = { ...here, shift };
    const { tool } = reading;
    if (tool.byClicks) tool.down(place);
    else if (tool.busy) tool.up(place);
    else {
      tool.down(place);
      if (reading.toolName === "circle") tool.up(place);
      else reading.say("Pressed: move the cursor, then Space lets go.");
    }
    reading.changed();
  },
};
