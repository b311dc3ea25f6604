// What is drawn over an image: regions, rulers, the cross, the darkest voxel, the cursor. On a canvas of its own, in
// screen pixels, from what the reading holds; nothing here changes anything.
import type { Contour, Ring3, Role } from "../../../regions/draft";
import { cutLine, liesOn, type Plane } from "../../../regions/plane";
import { firstCrossing, type Point2, type Ring2 } from "../../../regions/ring";
import type { View } from "../../../viewer/stage";
import type { CaseSeries, Pointer } from "../case";
import type { Shown } from "../state/shown";
import { chosen, erosionOf } from "../state/operations";
import type { Place } from "../pointer/tool";
import type { Reading } from "../state/reading";

export const ROLE_COLOURS: Record<Role, string> = { lesion: "#ffd166", exclusion: "#8ecae6", reference: "#95d5a0" };
const OTHER = "#e59ae0";
const FAULT = "#ff7a68";
const CROSS = "#ffe9c4";
const CURSOR = "#9fd8e8";

export class Sheet {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly width: number,
    private readonly height: number,
    private readonly view: View,
    readonly plane: Plane,
    /** Lines grow with the page's letters, so that they are seen on a very fine screen. */
    private readonly pen: number,
  ) {}

  at([u, v]: Point2): Point2 {
    const { centre, scale } = this.view;
    return [this.width / 2 + (u - centre[0]) / scale, this.height / 2 + (v - centre[1]) / scale];
  }

  line(ring: Ring2, colour: string, { closed = true, width = 1.5, dash = [] as number[] } = {}): void {
    if (ring.length === 0) return;
    const { context } = this;
    const trace = () => {
      context.beginPath();
      ring.forEach((point, i) => {
        const [x, y] = this.at(point);
        if (i === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      });
      if (closed) context.closePath();
    };
    const { pen } = this;
    context.setLineDash(dash.map((length) => length * pen));
    context.lineJoin = "round";
    trace();
    context.strokeStyle = "rgb(0 0 0 / 55%)";
    context.lineWidth = (width + 1.5) * pen;
    context.stroke();
    context.strokeStyle = colour;
    context.lineWidth = width * pen;
    context.stroke();
    context.setLineDash([]);
  }

  dot(point: Point2, colour: string, radius = 3): void {
    const [x, y] = this.at(point);
    this.context.beginPath();
    this.context.arc(x, y, radius * this.pen, 0, 2 * Math.PI);
    this.context.fillStyle = colour;
    this.context.fill();
    this.context.strokeStyle = "rgb(0 0 0 / 60%)";
    this.context.lineWidth = 1;
    this.context.stroke();
  }

  /** A cross that leaves its middle open. */
  cross(point: Point2, colour: string, inner: number, outer: number): void {
    const [x, y] = this.at(point).map((place) => Math.round(place) + 0.5) as [number, number];
    const { context, pen } = this;
    for (const [stroke, width] of [["rgb(0 0 0 / 60%)", 3], [colour, 1.25]] as const) {
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
        context.moveTo(x + dx * inner * pen, y + dy * inner * pen);
        context.lineTo(x + dx * outer * pen, y + dy * outer * pen);
      }
      context.strokeStyle = stroke;
      context.lineWidth = width * pen;
      context.stroke();
    }
  }

  /** The voxel that holds the point. */
  voxel(point: Point2, colour: string): void {
    const [column, row] = this.plane.toPixel(point).map(Math.round) as [number, number];
    const corner = (dc: number, dr: number) => this.plane.fromPixel([column + dc, row + dr]);
    this.line([corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)], colour, { width: 1 });
  }

  text(words: string, [u, v]: Point2, colour: string): void {
    const [x, y] = this.at([u, v]);
    const { context } = this;
    context.font = `500 ${Math.round(12 * this.pen)}px Plex, system-ui, sans-serif`;
    context.lineWidth = 3;
    context.strokeStyle = "rgb(0 0 0 / 75%)";
    context.strokeText(words, x + 8, y - 6);
    context.fillStyle = colour;
    context.fillText(words, x + 8, y - 6);
  }
}

/** A canvas as large as its pane, in the screen's own pixels, wiped. */
export function sheetOn(canvas: HTMLCanvasElement, view: View, plane: Plane): Sheet | null {
  const { clientWidth, clientHeight } = canvas;
  const device = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(clientWidth * device), Math.round(clientHeight * device)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.setTransform(device, 0, 0, device, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  const letters = parseFloat(getComputedStyle(document.documentElement).fontSize) || 14;
  return new Sheet(context, clientWidth, clientHeight, view, plane, Math.max(1, letters / 14));
}

/** Everything that belongs on one pane. */
export function paintReading(reading: Reading, at: number, canvas: HTMLCanvasElement): void {
  const { board } = reading;
  const shown = board.shown[at];
  const plane = board.planeOf(at);
  const sheet = shown && plane ? sheetOn(canvas, shown.view, plane) : null;
  if (!sheet || !shown || !plane) {
    canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  const active = board.planeOf(board.active);
  if (at !== board.active && active && shown.series.linked && board.current?.series.linked) {
    const cut = cutLine(plane, active);
    if (cut) sheet.line(cut, CURSOR, { closed: false, width: 1, dash: [6, 6] });
  }
  if (reading.showOthers) {
    for (const contour of reading.draft.contours) paintContour(reading, sheet, contour, shown);
    if (reading.saving.kind === "conflict") {
      for (const contour of reading.saving.theirs.draft?.contours ?? []) paintTheirs(sheet, contour.points_lps_mm);
    }
    for (const contour of reading.feedback?.contours ?? []) paintTheirs(sheet, contour.points_lps_mm);
    paintErosion(reading, sheet, shown.series);
    paintRulers(reading, sheet, shown.series);
  }
  paintMarks(reading, sheet, at, shown.series);
  const preview = reading.tool.preview();
  if (preview && preview.place.at === at && (preview.roams || isOn(preview.place, shown))) {
    const colour = reading.drawAs === "hole" ? ROLE_COLOURS.exclusion : ROLE_COLOURS[reading.drawAs];
    if (preview.line) sheet.line(preview.line, colour, { closed: preview.closed ?? false });
    for (const dot of preview.dots ?? []) sheet.dot(dot, colour);
    if (preview.disc) sheet.line(circle(preview.disc.centre, preview.disc.radius), colour, { width: 1 });
  }
}

function paintContour(reading: Reading, sheet: Sheet, contour: Contour, { series, index }: Shown): void {
  const { plane } = sheet;
  const home = contour.series === series.id;
  const here = home
    ? contour.frame === series.frames[index]!.number
    : isLinked(reading, contour.series, series) && liesOn(plane, contour.points_lps_mm);
  if (!here) return;
  const ring = plane.ringToPlane(contour.points_lps_mm);
  const colour = ROLE_COLOURS[contour.role];
  const width = contour.id === reading.selected ? 2.25 : 1.5;
  const dash = home ? [] : [5, 4];
  sheet.line(ring, colour, { width, dash });
  for (const hole of contour.holes_lps_mm) sheet.line(plane.ringToPlane(hole), colour, { width, dash: [2, 3] });
  const crossing = home && ring.length <= 4_000 ? firstCrossing(ring) : null;
  if (crossing) sheet.dot(ring[crossing[0]]!, FAULT, 5);
}

function isOn(place: Place, shown: Shown): boolean {
  return place.frames === shown.frames && place.index === shown.index;
}

/** Whether a place on one series is the same place on another. */
function isLinked(reading: Reading, from: string, to: CaseSeries): boolean {
  const home = reading.open.facts.series.find((one) => one.id === from);
  return from === to.id || ((home?.linked ?? false) && to.linked);
}

function paintTheirs(sheet: Sheet, points: Ring3): void {
  if (liesOn(sheet.plane, points)) sheet.line(sheet.plane.ringToPlane(points), OTHER, { dash: [8, 5] });
}

function paintErosion(reading: Reading, sheet: Sheet, series: CaseSeries): void {
  const contour = reading.showErosion ? chosen(reading) : null;
  const home = contour && reading.open.series.find((one) => one.facts.id === contour.series);
  if (!contour || !home || !isLinked(reading, contour.series, series) || !liesOn(sheet.plane, contour.points_lps_mm)) return;
  const erosion = erosionOf(reading, contour);
  const index = home.facts.frames.findIndex((frame) => frame.number === contour.frame);
  const from = home.frames.planes[index];
  if (!erosion || !from) return;
  for (const ring of [erosion.outer, ...erosion.holes]) {
    const here = ring.map((point) => sheet.plane.toPlane(from.toLps(point)));
    sheet.line(here, "#ffffff", { width: 1, dash: [3, 2] });
  }
}

function paintRulers(reading: Reading, sheet: Sheet, series: CaseSeries): void {
  for (const ruler of reading.draft.rulers) {
    if (!isLinked(reading, ruler.series, series) || !liesOn(sheet.plane, [ruler.from_lps_mm, ruler.to_lps_mm])) continue;
    const ends = [sheet.plane.toPlane(ruler.from_lps_mm), sheet.plane.toPlane(ruler.to_lps_mm)];
    sheet.line(ends, "#f2f2f2", { closed: false, width: ruler.id === reading.selected ? 2.25 : 1.25 });
    for (const end of ends) sheet.dot(end, "#f2f2f2", 2.5);
    const mm = reading.numbers?.rulers.find((one) => one.id === ruler.id)?.mm;
    sheet.text(`${ruler.axis} axis${mm === undefined ? "" : ` ${mm.toFixed(1)} mm`}`, ends[1]!, "#f2f2f2");
  }
}

function paintMarks(reading: Reading, sheet: Sheet, at: number, series: CaseSeries): void {
  const { plane } = sheet;
  const { board } = reading;
  const on = (mark: Pointer) => isLinked(reading, mark.series, series) && liesOn(plane, [mark.point_lps_mm]);
  const { pointer } = reading.open.facts;
  if (pointer && !reading.tool.busy && on(pointer)) sheet.cross(plane.toPlane(pointer.point_lps_mm), CROSS, 6, 14);
  const darkest = reading.numbers?.numbers.find((one) => one.is_record && one.region === "lesion")?.darkest;
  if (darkest && reading.showOthers && on(darkest)) sheet.voxel(plane.toPlane(darkest.point_lps_mm), FAULT);
  const followed = board.current && isLinked(reading, board.current.series.id, series);
  if (!board.cursor || !followed || Math.abs(plane.distance(board.cursor)) > plane.reach) return;
  if (at !== board.active || reading.byKeyboard) sheet.cross(plane.toPlane(board.cursor), CURSOR, 3, 9);
}

function circle(centre: Point2, radius: number): Point2[] {
  return Array.from({ length: 48 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 48;
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)] as const;
  });
}
