// A frame as shades on a canvas, by its window: what a still image needs, without the image library.
import type { Pixels, SeriesFacts } from "../../viewer/frames";
import type { Window } from "../../viewer/shades";

/** What was not estimated stays as dark as the ground. */
export function paint(canvas: HTMLCanvasElement, facts: SeriesFacts, pixels: Pixels, window: Window): void {
  const { rows, columns, scale } = facts;
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(columns, rows);
  const low = window.center - window.width / 2;
  const steps = 255 / Math.max(window.width, 1e-12);
  for (let at = 0; at < pixels.length; at += 1) {
    const value = pixels[at]! * scale.slope + scale.intercept;
    const shade = Number.isNaN(value) ? 0 : (value - low) * steps;
    image.data[4 * at] = shade;
    image.data[4 * at + 1] = shade;
    image.data[4 * at + 2] = shade;
    image.data[4 * at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
