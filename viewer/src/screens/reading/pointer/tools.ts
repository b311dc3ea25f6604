// The tools by name.
import { Brush, Push } from "./discs";
import { Freehand } from "./freehand";
import { Look } from "./look";
import { Livewire, Spline } from "./points";
import { Circle, Ellipse, RulerTool } from "./shapes";
import type { Desk, Tool } from "./tool";

export const TOOL_NAMES = [
  "look",
  "freehand",
  "spline",
  "livewire",
  "ellipse",
  "circle",
  "brush",
  "push",
  "long axis",
  "short axis",
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

export function makeTool(name: ToolName, desk: Desk): Tool {
  switch (name) {
    case "look":
      return new Look(desk);
    case "freehand":
      return new Freehand(desk);
    case "spline":
      return new Spline(desk);
    case "livewire":
      return new Livewire(desk);
    case "ellipse":
      return new Ellipse(desk);
    case "circle":
      return new Circle(desk);
    case "brush":
      return new Brush(desk);
    case "push":
      return new Push(desk);
    case "long axis":
      return new RulerTool(desk, "long");
    case "short axis":
      return new RulerTool(desk, "short");
  }
}
