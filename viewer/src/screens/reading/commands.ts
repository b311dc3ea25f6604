// Everything that can be done on the page, each with a name and a key. The keys, the list of commands and the sheet
// under `?` are made from this one table.
import { middleOf } from "../../regions/draft";
import type { Point2 } from "../../regions/ring";
import { keyName } from "./keys";
import { press } from "./pointer/keyboard";
import type { ToolName } from "./pointer/tools";
import { copyBy, erode, interpolate, repairLine, smooth } from "./state/operations";
import type { DrawAs, Reading } from "./state/reading";

export type Group = "Case" | "Draw" | "Region" | "Look" | "Cursor" | "Page";

export interface Command {
  readonly id: string;
  readonly name: string;
  readonly group: Group;
  /** As `KeyboardEvent.key`, with Ctrl+, Alt+ and Shift+ before it; the first is shown. */
  readonly keys: readonly string[];
  run(reading: Reading, act: Actions): void;
}

/** What a command may ask of the page around the reading. */
export interface Actions {
  next(): void;
  leave(): void;
  /** To the comment. */
  write(): void;
}

const tool = (name: ToolName, key: string, label: string): Command => ({
  id: `tool.${name.replace(" ", "-")}`,
  name: label,
  group: "Draw",
  keys: [key],
  run: (reading) => reading.use(name),
});

const drawAs = (as: DrawAs, key: string, label: string): Command => ({
  id: `as.${as}`,
  name: label,
  group: "Draw",
  keys: [key],
  run: (reading) => reading.draw(as),
});

const look = (id: string, name: string, keys: readonly string[], run: (reading: Reading, at: number) => void): Command => ({
  id: `look.${id}`,
  name,
  group: "Look",
  keys,
  run: (reading) => run(reading, reading.board.active),
});

const step = (id: string, name: string, key: string, by: Point2, voxels: number): Command => ({
  id: `cursor.${id}${voxels === 1 ? "" : "-far"}`,
  name: voxels === 1 ? `Cursor ${name}` : `Cursor ${name}, five voxels`,
  group: "Cursor",
  keys: [key],
  run: (reading) => press.move(reading, [by[0] * voxels, by[1] * voxels]),
});

const DIRECTIONS: readonly [string, string, Point2][] = [
  ["left", "ArrowLeft", [-1, 0]],
  ["right", "ArrowRight", [1, 0]],
  ["up", "ArrowUp", [0, -1]],
  ["down", "ArrowDown", [0, 1]],
];

export const COMMANDS: readonly Command[] = [
  {
    id: "case.lock",
    name: "Finish what is begun, else lock the reading, else the next case",
    group: "Case",
    keys: ["Enter", "n"],
    run: (reading, act) => {
      if (reading.tool.busy && reading.tool.byClicks) reading.tool.finish();
      else if (reading.isOpen) reading.show("lock");
      else act.next();
      reading.changed();
    },
  },
  { id: "case.cannot", name: "Cannot assess", group: "Case", keys: ["Shift+N"], run: (reading) => reading.show("cannot-assess") },
  { id: "case.amend", name: "Amend a locked reading", group: "Case", keys: ["Shift+A"], run: (reading) => {
      if (reading.isOpen) reading.say("This reading is open: draw.");
      else reading.show("amend");
    } },
  { id: "case.surer", name: "More confident", group: "Case", keys: ["y"], run: (reading) => confide(reading, 1) },
  { id: "case.less-sure", name: "Less confident", group: "Case", keys: ["Shift+Y"], run: (reading) => confide(reading, -1) },
  { id: "case.comment", name: "Write a comment (Escape: back)", group: "Case", keys: ["t"], run: (_, act) => act.write() },
  { id: "case.undo", name: "Undo", group: "Case", keys: ["Ctrl+z", "u"], run: (reading) => reading.undo() },
  { id: "case.redo", name: "Redo", group: "Case", keys: ["Ctrl+Shift+Z", "Ctrl+y", "Shift+U"], run: (reading) => reading.redo() },
  { id: "case.leave", name: "Back to the list", group: "Case", keys: ["Ctrl+Backspace"], run: (_, act) => act.leave() },

  tool("freehand", "f", "Freehand"),
  tool("spline", "s", "Spline"),
  tool("livewire", "w", "Live wire"),
  tool("ellipse", "e", "Ellipse"),
  tool("circle", "c", "Circle of a fixed area"),
  tool("brush", "b", "Brush (Shift wipes)"),
  tool("push", "p", "Push the line"),
  tool("look", "v", "Select, move, pan"),
  tool("long axis", "m", "Ruler, long axis"),
  tool("short axis", "Shift+M", "Ruler, short axis"),
  drawAs("lesion", "1", "Draw the lesion"),
  drawAs("hole", "2", "Draw a hole"),
  drawAs("exclusion", "3", "Draw an exclusion (necrosis)"),
  {
    id: "as.reference", name: "Draw the reference tissue", group: "Draw", keys: ["4"],
    run: (reading) => {
      if (reading.list.wants.reference) reading.draw("reference");
      else reading.say("This study asks for no reference tissue.");
    },
  },
  {
    id: "draw.larger", name: "Larger brush or circle", group: "Draw", keys: ["."],
    run: (reading) => resize(reading, 1.15),
  },
  {
    id: "draw.smaller", name: "Smaller brush or circle", group: "Draw", keys: [","],
    run: (reading) => resize(reading, 1 / 1.15),
  },

  { id: "region.next", name: "Select the next region or ruler", group: "Region", keys: ["r"], run: selectNext },
  { id: "region.smooth", name: "Smooth", group: "Region", keys: ["Shift+S"], run: smooth },
  {
    id: "region.erosion", name: "Show one voxel less", group: "Region", keys: ["k"],
    run: (reading) => {
      reading.showErosion = !reading.showErosion;
      reading.changed();
    },
  },
  { id: "region.erode", name: "Take one voxel off", group: "Region", keys: ["Shift+K"], run: erode },
  { id: "region.copy-next", name: "Copy to the next slice", group: "Region", keys: ["]"], run: (reading) => copyBy(reading, 1) },
  { id: "region.copy-before", name: "Copy to the slice before", group: "Region", keys: ["["], run: (reading) => copyBy(reading, -1) },
  { id: "region.interpolate", name: "Fill the slices between", group: "Region", keys: ["i"], run: interpolate },
  {
    id: "region.repair", name: "Repair a line that crosses itself", group: "Region", keys: ["Shift+R"],
    run: (reading) => {
      const broken = reading.numbers?.problems.find((problem) => problem.repair);
      if (broken) void repairLine(reading, broken.contour);
      else reading.say("No region needs repair.");
    },
  },
  { id: "region.remove", name: "Remove the region or ruler", group: "Region", keys: ["Delete"], run: (reading) => reading.remove() },

  look("next", "Next slice", ["ArrowDown", "PageDown"], (reading, at) => reading.board.scroll(at, 1)),
  look("before", "Slice before", ["ArrowUp", "PageUp"], (reading, at) => reading.board.scroll(at, -1)),
  look("first", "First slice", ["Home"], (reading, at) => reading.board.goToFrame(at, 0)),
  look("last", "Last slice", ["End"], (reading, at) => reading.board.goToFrame(at, Infinity)),
  look("pointer", "To the lesion's cross", ["g"], (reading) => {
    const { pointer } = reading.open.facts;
    if (pointer) reading.board.goTo(pointer.point_lps_mm);
    else reading.say("No lesion was pointed out in this case.");
  }),
  look("close", "Close up at the cursor in all images, or whole", ["Shift+G"], (reading) => {
    reading.say(reading.board.toggleCloseUp() ? "" : "The whole images.");
  }),
  look("link", "Link zoom, pan and window", ["l"], (reading) => {
    reading.say(reading.board.toggleLink() ? "Zoom, pan and window are linked." : "Each image has its own zoom and window.");
  }),
  look("nearer", "Zoom in", ["+", "="], (reading, at) => reading.board.zoom(at, 1.25)),
  look("farther", "Zoom out", ["-"], (reading, at) => reading.board.zoom(at, 0.8)),
  look("left", "Image left", ["Alt+ArrowLeft"], (reading, at) => reading.board.pan(at, [-40, 0])),
  look("right", "Image right", ["Alt+ArrowRight"], (reading, at) => reading.board.pan(at, [40, 0])),
  look("up", "Image up", ["Alt+ArrowUp"], (reading, at) => reading.board.pan(at, [0, -40])),
  look("down", "Image down", ["Alt+ArrowDown"], (reading, at) => reading.board.pan(at, [0, 40])),
  look("reset", "Fit the image, its own window", ["0"], (reading, at) => reading.board.reset(at)),
  look("preset", "Next window", ["d"], (reading, at) => reading.board.nextWindow(at)),
  look("window", "Window for this slice", ["a"], (reading, at) => reading.board.autoWindow(at)),
  look("narrower", "Narrower window", ["Shift+ArrowLeft"], (reading, at) => reading.board.windowBy(at, [-20, 0])),
  look("wider", "Wider window", ["Shift+ArrowRight"], (reading, at) => reading.board.windowBy(at, [20, 0])),
  look("brighter", "Brighter (lower window)", ["Shift+ArrowUp"], (reading, at) => reading.board.windowBy(at, [0, -20])),
  look("darker", "Darker (higher window)", ["Shift+ArrowDown"], (reading, at) => reading.board.windowBy(at, [0, 20])),
  look("colours", "Next colour map", ["Shift+C"], (reading, at) => reading.say(`Colours: ${reading.board.nextColours(at)}.`)),
  look("series", "Next series here", ["q"], (reading, at) => reading.board.swap(at, 1)),
  look("series-before", "Series before here", ["Shift+Q"], (reading, at) => reading.board.swap(at, -1)),
  look("pane", "Next image", ["`", "x"], (reading, at) => {
    const n = reading.board.count;
    for (let i = 1; i <= n; i += 1) if (reading.board.shown[(at + i) % n]) return reading.board.activate((at + i) % n);
  }),
  look("large", "One image large, or all", ["z"], (reading) => reading.board.toggleMaximised()),
  look("others", "Show or hide regions", ["h"], (reading) => {
    reading.showOthers = !reading.showOthers;
    reading.changed();
  }),

  ...DIRECTIONS.map(([name, key, by]) => step(name, name, `Ctrl+${key}`, by, 1)),
  ...DIRECTIONS.map(([name, key, by]) => step(name, name, `Ctrl+Shift+${key}`, by, 5)),
  { id: "cursor.press", name: "Press, or let go, at the cursor", group: "Cursor", keys: [" "], run: (reading) => press.toggle(reading) },
  { id: "cursor.wipe", name: "Press to wipe (brush)", group: "Cursor", keys: ["Shift+ "], run: (reading) => press.toggle(reading, true) },
  {
    id: "cursor.back", name: "One point back", group: "Cursor", keys: ["Backspace"],
    run: (reading) => {
      reading.tool.back();
      reading.changed();
    },
  },

  {
    id: "page.cancel", name: "Leave what is begun", group: "Page", keys: ["Escape"],
    run: (reading) => {
      if (reading.tool.busy) reading.tool.cancel();
      else reading.select(null);
      reading.message = "";
      reading.changed();
    },
  },
  { id: "page.find", name: "Find a command", group: "Page", keys: ["Ctrl+k"], run: (reading) => reading.show("find") },
  { id: "page.keys", name: "All keys", group: "Page", keys: ["?"], run: (reading) => reading.show("keys") },
];

/** One step up or down of 1 to 5; the first step says 3. */
function confide(reading: Reading, step: 1 | -1): void {
  const { draft } = reading;
  if (!reading.list.wants.confidence) return reading.say("This study asks for no confidence.");
  const confidence = draft.confidence === null ? 3 : Math.min(5, Math.max(1, draft.confidence + step));
  reading.edit({ ...draft, confidence });
}

function resize(reading: Reading, factor: number): void {
  if (reading.toolName === "circle") reading.setCircleArea(reading.circleArea * factor);
  else reading.setDiscRadius(reading.discRadius * factor);
}

function selectNext(reading: Reading): void {
  const { contours, rulers } = reading.draft;
  const all = [
    ...contours.map(({ id, points_lps_mm }) => ({ id, place: middleOf(points_lps_mm) })),
    ...rulers.map(({ id, from_lps_mm, to_lps_mm }) => ({ id, place: middleOf([from_lps_mm, to_lps_mm]) })),
  ];
  const next = all[(all.findIndex((one) => one.id === reading.selected) + 1) % Math.max(1, all.length)];
  if (!next) return;
  reading.select(next.id);
  reading.board.goTo(next.place);
}

const BY_KEY = new Map(COMMANDS.flatMap((command) => command.keys.map((key) => [key, command] as const)));

export function commandFor(event: Parameters<typeof keyName>[0]): Command | null {
  return BY_KEY.get(keyName(event)) ?? null;
}
