import { describe, expect, it } from "vitest";

import { COMMANDS, commandFor } from "../../src/screens/reading/commands";
import { keyLabel } from "../../src/screens/reading/keys";

const press = (key: string, held: Partial<Record<"ctrlKey" | "altKey" | "shiftKey" | "metaKey", boolean>> = {}) =>
  commandFor({ key, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...held })?.id;

describe("commands", () => {
  it("each have a name and a key of their own", () => {
    const ids = COMMANDS.map((command) => command.id);
    const keys = COMMANDS.flatMap((command) => command.keys);
    const names = COMMANDS.map((command) => command.name);
    for (const all of [ids, keys, names]) expect(new Set(all).size).toBe(all.length);
    for (const command of COMMANDS) expect(command.keys.length).toBeGreaterThan(0);
  });

  it("are found by what a keyboard sends", () => {
    expect(press("f")).toBe("tool.freehand");
    expect(press("F")).toBe("tool.freehand");
    expect(press("S", { shiftKey: true })).toBe("region.smooth");
    expect(press("z", { ctrlKey: true })).toBe("case.undo");
    expect(press("Z", { ctrlKey: true, shiftKey: true })).toBe("case.redo");
    expect(press("z", { metaKey: true })).toBe("case.undo");
    expect(press("?", { shiftKey: true })).toBe("page.keys");
    expect(press("ArrowLeft", { ctrlKey: true, shiftKey: true })).toBe("cursor.left-far");
    expect(press("Enter")).toBe("case.lock");
    expect(press("j")).toBeUndefined();
  });

  it("show their keys as they are printed on the keyboard", () => {
    expect(["f", "Ctrl+z", "Shift+S", " ", "Ctrl+ArrowLeft"].map(keyLabel)).toEqual(["F", "Ctrl+Z", "Shift+S", "Space", "Ctrl+Left"]);
  });
});
