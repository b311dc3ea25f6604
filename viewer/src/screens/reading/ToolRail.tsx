// The tools along the left edge, each with its key; below them what a stroke draws and how large the disc is.
import { COMMANDS, type Actions, type Command } from "./commands";
import { keyLabel } from "./keys";
import { ROLE_COLOURS } from "./panes/overlay";
import type { Reading } from "./state/reading";
import styles from "./reading.module.css";

const TOOLS = COMMANDS.filter((command) => command.id.startsWith("tool."));
const ROLES = COMMANDS.filter((command) => command.id.startsWith("as."));
const SHORT: Record<string, string> = {
  "tool.circle": "Circle",
  "tool.brush": "Brush",
  "tool.push": "Push",
  "tool.look": "Select",
  "tool.long-axis": "Long axis",
  "tool.short-axis": "Short axis",
  "as.lesion": "Lesion",
  "as.hole": "Hole",
  "as.exclusion": "Exclusion (necrosis)",
  "as.reference": "Reference",
};

/** What a tool does, where its name does not say. */
export const MEANING: Record<string, string> = {
  "tool.freehand": "Freehand: drag around it; or from the line to the line, to draw that part again",
  "tool.spline": "Spline: click points, Enter closes a smooth line through them",
  "tool.livewire": "Live wire: click along the edge, the line clings to it; Enter closes",
  "tool.ellipse": "Ellipse: drag from one end to the other",
  "tool.circle": "Circle of a fixed area: click its middle",
  "tool.brush": "Brush: paint what belongs; with Shift, wipe",
  "tool.push": "Push the line: press beside it and push",
  "tool.look": "Select: choose a line, or move the image",
  "tool.long-axis": "Ruler: the longest diameter, from end to end",
  "tool.short-axis": "Ruler: the longest diameter across the long axis",
  "as.lesion": "A stroke outlines the lesion",
  "as.hole": "A stroke cuts a hole out of the outline it lies in",
  "as.exclusion": "A stroke outlines what is not measured, such as necrosis",
  "as.reference": "A stroke outlines reference tissue",
};

interface Props {
  readonly reading: Reading;
  readonly act: Actions;
}

export function ToolRail({ reading, act }: Props) {
  const isTool = (command: Command) => command.id === `tool.${reading.toolName.replace(" ", "-")}`;
  const isRole = (command: Command) => command.id === `as.${reading.drawAs}`;
  const wanted = ROLES.filter((command) => command.id !== "as.reference" || reading.list.wants.reference);
  const colour = (command: Command) => ROLE_COLOURS[command.id.slice(3) as keyof typeof ROLE_COLOURS] ?? ROLE_COLOURS.lesion;
  const disc = ["brush", "push"].includes(reading.toolName);
  if (!reading.isOpen) {
    return (
      <nav className={styles["rail"]} aria-label="Tools">
        <p className={styles["railTitle"]}>Locked: to draw, amend it with a reason.</p>
      </nav>
    );
  }
  return (
    <nav className={styles["rail"]} aria-label="Tools">
      <div role="group" aria-label="Tool">
        {TOOLS.map((command) => (
          <RailButton key={command.id} command={command} on={isTool(command)} run={() => command.run(reading, act)} />
        ))}
      </div>
      <div role="group" aria-label="A stroke draws">
        <h2 className={styles["railTitle"]}>Draw the</h2>
        {wanted.map((command) => (
          <RailButton
            key={command.id}
            command={command}
            on={isRole(command)}
            colour={colour(command)}
            run={() => command.run(reading, act)}
          />
        ))}
      </div>
      {disc ? <Size label="Disc radius" unit="mm" value={reading.discRadius} onChange={(mm) => reading.setDiscRadius(mm)} /> : null}
      {reading.toolName === "circle" ? (
        <Size label="Circle" unit="mm²" value={reading.circleArea} onChange={(area) => reading.setCircleArea(area)} />
      ) : null}
    </nav>
  );
}

interface ButtonProps {
  readonly command: Command;
  readonly on: boolean;
  readonly colour?: string;
  readonly run: () => void;
}

function RailButton({ command, on, colour, run }: ButtonProps) {
  return (
    <button
      type="button"
      className={styles["railButton"]}
      aria-pressed={on}
      title={`${MEANING[command.id] ?? command.name} (${keyLabel(command.keys[0]!)})`}
      onClick={run}
    >
      {colour ? <i style={{ background: colour }} aria-hidden="true" /> : null}
      <span>{SHORT[command.id] ?? command.name}</span>
      <kbd>{keyLabel(command.keys[0]!).replace("Shift+", "⇧")}</kbd>
    </button>
  );
}

function Size({ label, unit, value, onChange }: { label: string; unit: string; value: number; onChange: (value: number) => void }) {
  return (
    <label className={styles["size"]}>
      {label}
      <span>
        <input
          type="number"
          min="0.5"
          step="0.5"
          value={Math.round(value * 10) / 10}
          onChange={(event) => onChange(event.target.valueAsNumber || value)}
        />{" "}
        {unit}
      </span>
    </label>
  );
}
