// What the study asks of this reading, ticked off as it is done; each line begins what it names.
import { COMMANDS, type Actions } from "./commands";
import { keyLabel } from "./keys";
import type { Reading } from "./state/reading";
import { wantedOf } from "./state/wanted";
import styles from "./reading.module.css";

export function WantedPart({ reading, act }: { reading: Reading; act: Actions }) {
  const wanted = wantedOf(reading);
  if (!reading.isOpen || wanted.length < 2) return null;
  return (
    <section aria-label="This study asks for">
      <h2 className={styles["partTitle"]}>This study asks for</h2>
      <ul className={styles["wanted"]}>
        {wanted.map((one) => {
          const command = COMMANDS.find(({ id }) => id === one.command)!;
          return (
            <li key={one.id} data-wanted={one.id} data-there={one.isThere}>
              <button type="button" title={command.name} onClick={() => command.run(reading, act)}>
                <span aria-hidden="true">{one.isThere ? "✓" : "○"}</span>
                {one.name}
                <span className="unseen">{one.isThere ? ": there" : ": missing"}</span>
                <kbd>{keyLabel(command.keys[0]!)}</kbd>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
