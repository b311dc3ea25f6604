// Tools with a disc: a brush that paints voxels, and one that pushes a line along.
import type { Contour } from "../../../regions/draft";
import { pushed } from "../../../regions/edit";
import { Mask, outlined, painted, rasterized } from "../../../regions/raster";
import { distance, nearestOnRing, thinned, windingNumber, type Point2 } from "../../../regions/ring";
import { onSameImage, Tool, type Place, type Preview } from "./tool";

abstract class Disc extends Tool {
  protected here: Place | null = null;
  protected contour: Contour | null = null;

  override preview(): Preview | null {
    if (!this.here) return null;
    const disc = { centre: this.here.point, radius: this.desk.discRadius };
    return { place: this.here, roams: !this.busy, disc, ...this.line() };
  }

  override cancel(): void {
    super.cancel();
    this.contour = null;
  }

  protected abstract line(): Pick<Preview, "line" | "closed">;
}

/** Paints whole voxels into the region of the chosen role that it touches, or a new one; with Shift it wipes them. */
export class Brush extends Disc {
  private mask: Mask | null = null;
  private start: Place | null = null;
  private outline: Point2[] | null = null;

  override down(place: Place): void {
    this.busy = true;
    this.here = place;
    this.start = place;
    const { plane } = place;
    const all = this.desk.contoursAt(place);
    const ofRole = (one: Contour) => one.role === this.desk.drawAs;
    const touched = all.filter((one) => {
      const ring = plane.ringToPlane(one.points_lps_mm);
      return windingNumber(place.point, ring) !== 0 || nearestOnRing(place.point, ring).distance <= this.desk.discRadius;
    });
    // Wiping may begin outside; painting outside begins another region.
    const wiped = place.shift ? (touched[0] ?? all.find(ofRole) ?? all[0]) : undefined;
    this.contour = touched.find(ofRole) ?? wiped ?? null;
    this.mask = this.contour
      ? rasterized(
          plane,
          plane.ringToPlane(this.contour.points_lps_mm),
          this.contour.holes_lps_mm.map((hole) => plane.ringToPlane(hole)),
        )
      : new Mask(plane.rows, plane.columns);
    this.paint(place, place.point);
  }

  override move(place: Place): void {
    const before = this.here;
    this.here = place;
    if (!this.busy || !this.mask || !before || !onSameImage(before, place)) return;
    const steps = Math.max(1, Math.ceil(distance(before.point, place.point) / (0.5 * this.desk.discRadius)));
    for (let i = 1; i <= steps; i += 1) {
      const t = i / steps;
      this.paint(place, [
        before.point[0] + t * (place.point[0] - before.point[0]),
        before.point[1] + t * (place.point[1] - before.point[1]),
      ]);
    }
  }

  override up(): void {
    const { contour, start, mask } = this;
    if (!start || !mask) return;
    const shape = outlined(mask, start.plane);
    this.cancel();
    if (shape && contour) this.desk.reshaped(contour, start, shape.outer, shape.holes);
    else if (shape) this.desk.drawn(start, shape.outer, "brush");
    else if (contour) {
      this.desk.select(contour.id);
      this.desk.remove();
    }
    if (shape && shape.pieces > 1) {
      this.desk.say(`That made ${shape.pieces} pieces, and a region is one: the largest is kept. Undo brings back what was.`);
    }
  }

  override cancel(): void {
    super.cancel();
    this.mask = null;
    this.start = null;
    this.outline = null;
  }

  protected line(): Pick<Preview, "line" | "closed"> {
    if (!this.start || !this.mask) return {};
    this.outline ??= outlined(this.mask, this.start.plane)?.outer ?? [];
    return { line: this.outline, closed: true };
  }

  private paint(place: Place, point: Point2): void {
    painted(this.mask!, place.plane, point, this.desk.discRadius, this.start?.shift ? 0 : 1);
    this.outline = null;
  }
}

/** Pushes the line of a region with the disc's rim. */
export class Push extends Disc {
  private ring: Point2[] = [];

  override down(place: Place): void {
    this.here = place;
    const all = this.desk.contoursAt(place);
    const away = (one: Contour) => nearestOnRing(place.point, place.plane.ringToPlane(one.points_lps_mm)).distance;
    this.contour = [...all].sort((a, b) => away(a) - away(b))[0] ?? null;
    if (!this.contour) return;
    this.busy = true;
    this.ring = place.plane.ringToPlane(this.contour.points_lps_mm);
  }

  override move(place: Place): void {
    const before = this.here;
    this.here = place;
    if (!this.busy || !before || !onSameImage(before, place)) return;
    const radius = this.desk.discRadius;
    const steps = Math.max(1, Math.ceil(distance(before.point, place.point) / (0.25 * radius)));
    for (let i = 1; i <= steps; i += 1) {
      const t = i / steps;
      const centre: Point2 = [
        before.point[0] + t * (place.point[0] - before.point[0]),
        before.point[1] + t * (place.point[1] - before.point[1]),
      ];
      this.ring = pushed(this.ring, centre, radius, Math.max(0.25, 2 * place.scale));
    }
  }

  override up(place: Place): void {
    if (!this.busy || !this.contour) return;
    const { contour, ring } = this;
    this.cancel();
    this.desk.reshaped(contour, place, thinned(ring, 0.25 * place.scale));
  }

  protected line(): Pick<Preview, "line" | "closed"> {
    return this.busy ? { line: this.ring, closed: true } : {};
  }
}
