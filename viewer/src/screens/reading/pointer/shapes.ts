// Regions of a given form: an ellipse in a box, a circle of a fixed area; and the two rulers.
import type { Ruler } from "../../../regions/draft";
import { distance, type Point2 } from "../../../regions/ring";
import { circleOfArea, ellipse } from "../../../regions/shapes";
import { onSameImage, Tool, type Desk, type Place, type Preview } from "./tool";

abstract class FromTo extends Tool {
  protected start: Place | null = null;
  protected to: Point2 = [0, 0];

  override down(place: Place): void {
    this.busy = true;
    this.start = place;
    this.to = place.point;
  }

  override move(place: Place): void {
    if (this.start && onSameImage(this.start, place)) this.to = place.point;
  }

  override up(place: Place): void {
    const { start } = this;
    if (!start) return;
    this.move(place);
    const to = this.to;
    this.cancel();
    if (distance(start.point, to) > 3 * start.scale) this.done(start, to);
  }

  override cancel(): void {
    super.cancel();
    this.start = null;
  }

  protected abstract done(start: Place, to: Point2): void;
}

export class Ellipse extends FromTo {
  protected done(start: Place, to: Point2): void {
    this.desk.drawn(start, ellipse(start.point, to), "ellipse");
  }

  override preview(): Preview | null {
    return this.start && { place: this.start, line: ellipse(this.start.point, this.to), closed: true };
  }
}

export class RulerTool extends FromTo {
  constructor(
    desk: Desk,
    private readonly axis: Ruler["axis"],
  ) {
    super(desk);
  }

  protected done(start: Place, to: Point2): void {
    this.desk.ruled(start, this.axis, start.point, to);
  }

  override preview(): Preview | null {
    return this.start && { place: this.start, line: [this.start.point, this.to], dots: [this.start.point, this.to] };
  }
}

/** The circle is where the pointer is let go. */
export class Circle extends Tool {
  private here: Place | null = null;

  override down(place: Place): void {
    this.busy = true;
    this.here = place;
  }

  override move(place: Place): void {
    this.here = place;
  }

  override up(place: Place): void {
    if (!this.busy) return;
    this.busy = false;
    this.desk.drawn(place, circleOfArea(place.point, this.desk.circleArea), "circle");
  }

  override cancel(): void {
    super.cancel();
    this.here = null;
  }

  override preview(): Preview | null {
    return this.here && { place: this.here, roams: true, line: circleOfArea(this.here.point, this.desk.circleArea), closed: true };
  }
}
