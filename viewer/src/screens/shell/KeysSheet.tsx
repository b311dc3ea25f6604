// Every key that does something on this page, by name.
import { Window } from "../../design/Window";
import { actionsNow, type Action } from "./actions";
import styles from "./KeysSheet.module.css";

const EVERYWHERE: readonly Action[] = [
  { key: "Tab", name: "Next field, button or link; with Shift the one before" },
  { key: "Space", name: "Press the button, set the tick" },
  { key: "Escape", name: "Close a window or a list" },
  { key: "?", name: "These keys" },
];
const SHOWN: Record<string, string> = {
  PageUp: "Page Up",
  PageDown: "Page Down",
  Arrows: "\u2190 \u2191 \u2193 \u2192",
  Escape: "Esc",
};

export function KeysSheet({ pages, onClose }: { pages: readonly Action[]; onClose: () => void }) {
  const here = actionsNow();
  return (
    <Window title="Keys" isOpen wide={here.length > 0} onClose={onClose}>
      <div className={styles["sheet"]}>
        {here.length > 0 ? <Keys title="On this page" actions={here} /> : null}
        <Keys title="Pages" actions={pages} />
        <Keys title="Everywhere" actions={EVERYWHERE} />
      </div>
    </Window>
  );
}

function Keys({ title, actions }: { title: string; actions: readonly Action[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {actions.map(({ key, name }) => (
          <div key={`${key}${name}`}>
            <dt>{name}</dt>
            <dd>
              <kbd>{SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
