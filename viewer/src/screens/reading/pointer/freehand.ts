// Draw round something in one stroke; or, starting and ending on a line that is there, draw that part again.
import type { Contour } from "../../../regions/draft";
import { redrawPart } from "../../../regions/edit";
import { distance, nearestOnRing, thinned, windingNumber, type Point2 } from "../../../regions/ring";
import { GRIP, onSameImage, Tool, type Place, type Preview } from "./tool";

export class Freehand extends Tool {
  private points: Point2[] = [];
  private start: Place | null = null;
  private line: Contour | null = null;

  override down(place: Place): void {
    this.busy = true;
    this.start = place;
    this.points = [place.point];
    this.line =
      this.desk.contoursAt(place).find(
        (contour) =>
          nearestOnRing(place.point, place.plane.ringToPlane(contour.points_lps_mm)).distance <= GRIP * place.scale,
      ) ?? null;
  }

  override move(place: Place): void {
    if (!this.start || !onSameImage(this.start, place)) return;
    if (distance(this.points.at(-1)!, place.point) >= 0.75 * place.scale) this.points.push(place.point);
  }

  override up(place: Place): void {
    const { start, line } = this;
    if (!this.busy || !start) return;
    this.move(place);
    const stroke = this.points;
    this.cancel();
    if (stroke.length < 4) {
      const under = this.desk
        .contoursAt(start)
        .find((contour) => windingNumber(start.point, start.plane.ringToPlane(contour.points_lps_mm)) !== 0);
      this.desk.select(line?.id ?? under?.id ?? null);
      return;
    }
    const ring = line && start.plane.ringToPlane(line.points_lps_mm);
    const end = stroke.at(-1)!;
    if (line && ring && nearestOnRing(end, ring).distance <= 2 * GRIP * start.scale && !this.closesItself(stroke)) {
      this.desk.reshaped(line, start, thinned(redrawPart(ring, stroke), 0.5 * start.scale));
      return;
    }
    this.desk.drawn(start, thinned(stroke, 0.5 * start.scale), "freehand");
  }

  override cancel(): void {
    super.cancel();
    this.points = [];
    this.start = null;
    this.line = null;
  }

  override preview(): Preview | null {
    return this.start ? { place: this.start, line: this.points, closed: false } : null;
  }

  private closesItself(stroke: readonly Point2[]): boolean {
    const long = stroke.reduce((sum, point, i) => (i === 0 ? 0 : sum + distance(point, stroke[i - 1]!)), 0);
    return distance(stroke[0]!, stroke.at(-1)!) < 0.1 * long;
  }
}
