// Regions set point by point: a spline through the points, or a line that clings to edges between them.
import { waysFrom, type Way } from "../../../regions/livewire";
import { distance, thinned, type Point2, type Ring2 } from "../../../regions/ring";
import { closedSpline } from "../../../regions/shapes";
import { GRIP, onSameImage, Tool, type Place, type Preview } from "./tool";

abstract class PointByPoint extends Tool {
  override readonly byClicks = true;
  protected start: Place | null = null;
  protected points: Point2[] = [];
  protected here: Point2 | null = null;

  override down(place: Place): void {
    if (this.start && !onSameImage(this.start, place)) {
      this.desk.say(`Begun on slice ${this.start.index + 1} of another view: Enter closes it there, Escape leaves it.`);
      return;
    }
    const first = this.points[0];
    if (first && this.points.length >= 3 && distance(first, place.point) <= GRIP * place.scale) {
      this.finish();
      return;
    }
    if (this.points.length > 0 && distance(this.points.at(-1)!, place.point) < 0.5 * place.scale) return;
    this.start ??= place;
    this.busy = true;
    this.add(place.point);
  }

  override move(place: Place): void {
    if (this.start && onSameImage(this.start, place)) this.here = place.point;
  }

  override finish(): void {
    const { start } = this;
    const ring = this.ring();
    const enough = this.points.length >= 3;
    if (!start || !enough) return;
    this.cancel();
    this.desk.drawn(start, ring, this.name);
  }

  override back(): void {
    this.points.pop();
    if (this.points.length === 0) this.cancel();
  }

  override cancel(): void {
    super.cancel();
    this.start = null;
    this.points = [];
    this.here = null;
  }

  override preview(): Preview | null {
    if (!this.start) return null;
    return { place: this.start, line: this.following(), closed: this.points.length >= 3, dots: this.points };
  }

  protected add(point: Point2): void {
    this.points.push(point);
  }

  protected abstract readonly name: "spline" | "livewire";
  protected abstract ring(): Ring2;
  protected abstract following(): Ring2;
}

export class Spline extends PointByPoint {
  protected readonly name = "spline";

  protected ring(): Ring2 {
    return closedSpline(this.points);
  }

  protected following(): Ring2 {
    const points = this.here && distance(this.here, this.points.at(-1)!) > 1e-3 ? [...this.points, this.here] : this.points;
    return closedSpline(points);
  }
}

export class Livewire extends PointByPoint {
  protected readonly name = "livewire";
  private parts: Point2[][] = [];
  private way: Way | null = null;

  protected override add(point: Point2): void {
    if (this.points.length > 0) this.parts.push(this.wayTo(point));
    super.add(point);
    this.anchor(point);
  }

  private anchor(point: Point2): void {
    const { frames, index, plane } = this.start!;
    const pixels = frames.at(index);
    const [column, row] = plane.toPixel(point).map(Math.round) as [number, number];
    this.way = pixels ? waysFrom(pixels, plane.rows, plane.columns, [column, row]) : null;
  }

  override back(): void {
    this.parts.pop();
    super.back();
    const last = this.points.at(-1);
    if (last) this.anchor(last);
  }

  override cancel(): void {
    super.cancel();
    this.parts = [];
    this.way = null;
  }

  protected ring(): Ring2 {
    return thinned([...this.parts.flat(), ...this.wayTo(this.points[0]!)], 0.5 * this.start!.scale);
  }

  protected following(): Ring2 {
    return [...this.parts.flat(), ...(this.here ? this.wayTo(this.here) : [this.points.at(-1)!])];
  }

  private wayTo(point: Point2): Point2[] {
    const last = this.points.at(-1)!;
    const { plane } = this.start!;
    const [column, row] = plane.toPixel(point).map(Math.round) as [number, number];
    const way = this.way?.to(column, row) ?? [];
    return [last, ...way.slice(1, -1).map((voxel) => plane.fromPixel(voxel)), point];
  }
}
