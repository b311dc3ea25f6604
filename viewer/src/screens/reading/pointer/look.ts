// No drawing: a click selects a region, a drag moves it, and a drag beside every region moves the image.
import type { Contour } from "../../../regions/draft";
import { moved } from "../../../regions/edit";
import { distance, nearestOnRing, windingNumber, type Point2 } from "../../../regions/ring";
import { GRIP, onSameImage, Tool, type Place, type Preview } from "./tool";

export class Look extends Tool {
  private start: Place | null = null;
  private last: Point2 = [0, 0];
  private by: Point2 = [0, 0];
  private contour: Contour | null = null;

  override down(place: Place): void {
    this.busy = true;
    this.start = place;
    this.last = place.point;
    this.by = [0, 0];
    this.contour =
      this.desk.contoursAt(place).find((contour) => {
        const ring = place.plane.ringToPlane(contour.points_lps_mm);
        return windingNumber(place.point, ring) !== 0 || nearestOnRing(place.point, ring).distance <= GRIP * place.scale;
      }) ?? null;
    this.desk.select(this.contour?.id ?? null);
  }

  override move(place: Place): void {
    const { start } = this;
    if (!this.busy || !start || !onSameImage(start, place)) return;
    if (this.contour) {
      this.by = [place.point[0] - start.point[0], place.point[1] - start.point[1]];
      return;
    }
    const by: Point2 = [(place.point[0] - this.last[0]) / place.scale, (place.point[1] - this.last[1]) / place.scale];
    this.desk.pan(place, by);
  }

  override up(): void {
    const { start, contour, by } = this;
    this.cancel();
    if (!start || !contour || distance(by, [0, 0]) < 2 * start.scale) return;
    const ring = moved(start.plane.ringToPlane(contour.points_lps_mm), by);
    const holes = contour.holes_lps_mm.map((hole) => moved(start.plane.ringToPlane(hole), by));
    this.desk.reshaped(contour, start, ring, holes);
  }

  override cancel(): void {
    super.cancel();
    this.start = null;
    this.contour = null;
    this.by = [0, 0];
  }

  override preview(): Preview | null {
    if (!this.start || !this.contour || (this.by[0] === 0 && this.by[1] === 0)) return null;
    const ring = this.start.plane.ringToPlane(this.contour.points_lps_mm);
    return { place: this.start, line: moved(ring, this.by), closed: true };
  }
}
