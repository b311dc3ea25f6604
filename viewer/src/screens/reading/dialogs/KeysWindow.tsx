// Every command by name and key, and a way to find and run one; both made from the one table of commands.
import { useState } from "react";

import { Window } from "../../../design/Window";
import { COMMANDS, type Actions, type Command, type Group } from "../commands";
import { keyLabel } from "../keys";
import type { Reading } from "../state/reading";
import styles from "../reading.module.css";

const GROUPS: readonly Group[] = ["Case", "Draw", "Region", "Look", "Cursor", "Page"];
const MOUSE = [
  ["Left", "draws with the chosen tool"],
  ["Left, from a line to the line", "draws that part again (freehand)"],
  ["Right, dragged", "window: across wider, down darker"],
  ["Middle or Alt, dragged", "moves the image"],
  ["Wheel", "next slice in all images"],
  ["Ctrl and wheel", "zoom"],
  ["Double click", "closes a spline or live wire"],
];

/** What most cases need, in the order in which it is needed. */
export const MOST_USED = ["tool.freehand", "case.undo", "look.close", "look.large", "look.pointer", "as.exclusion", "case.cannot", "case.lock"];

export function KeysWindow({ reading }: { reading: Reading }) {
  const often = MOST_USED.flatMap((id) => COMMANDS.filter((command) => command.id === id));
  return (
    <Window title="Keys" isOpen wide onClose={() => reading.show(null)}>
      <section className={styles["often"]}>
        <h3>Most used</h3>
        <dl>
          {often.map((command) => (
            <div key={command.id}>
              <dt>{command.name}</dt>
              <dd>
                <Keys command={command} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <div className={styles["keys"]}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group).map((command) => (
                <div key={command.id}>
                  <dt>{command.name}</dt>
                  <dd>
                    <Keys command={command} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Mouse</h3>
          <dl>
            {MOUSE.map(([name, what]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Window>
  );
}

function Keys({ command }: { command: Command }) {
  return (
    <>
      {command.keys.map((key) => (
        <kbd key={key}>{keyLabel(key)}</kbd>
      ))}
    </>
  );
}

interface FindProps {
  readonly reading: Reading;
  readonly act: Actions;
}

export function FindWindow({ reading, act }: FindProps) {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const wanted = words.toLowerCase().split(/\s+/);
  const found = COMMANDS.filter(({ name, group }) => wanted.every((word) => `${group} ${name}`.toLowerCase().includes(word)));
  const run = (command: Command | undefined) => {
    if (!command) return;
    reading.show(null);
    command.run(reading, act);
  };
  return (
    <Window title="Find a command" isOpen onClose={() => reading.show(null)}>
      <input
        autoFocus
        className={styles["find"]}
        aria-label="Words of the command"
        role="combobox"
        aria-expanded="true"
        aria-controls="commands-found"
        aria-activedescendant={found[at] ? `command-${found[at].id}` : undefined}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") run(found[at]);
          else if (event.key === "ArrowDown") setAt(Math.min(at + 1, found.length - 1));
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else return;
          event.preventDefault();
        }}
      />
      <ul id="commands-found" role="listbox" aria-label="Commands" className={styles["found"]}>
        {found.map((command, i) => (
          <li
            key={command.id}
            id={`command-${command.id}`}
            role="option"
            aria-selected={i === at}
            onClick={() => run(command)}
          >
            <span>{command.name}</span>
            <span className={styles["foundKeys"]}>
              <Keys command={command} />
            </span>
          </li>
        ))}
      </ul>
    </Window>
  );
}
