// Whether what was drawn is safe, in a few words that are always on the screen.
import type { SaveState } from "./saving/saver";
import styles from "./reading.module.css";

export function saveWords(state: SaveState): string {
  const edits = (n: number) => (n === 1 ? "1 edit" : `${n} edits`);
  switch (state.kind) {
    case "saved":
      return state.at ? `saved ${state.at.toLocaleTimeString("en-GB")}` : "nothing to save";
    case "saving":
      return "saving …";
    case "offline":
      return `offline, ${edits(state.waiting)} kept`;
    case "signed-out":
      return `sign in to save, ${edits(state.waiting)} kept`;
    case "conflict":
      return "saved elsewhere too";
    case "locked":
      return state.waiting > 0 ? `locked elsewhere, ${edits(state.waiting)} kept here` : "locked";
    case "refused":
      return `not saved: ${state.sentence}`;
  }
}

export function SaveMark({ state, onRetry }: { state: SaveState; onRetry: () => void }) {
  const safe = state.kind === "saved" || state.kind === "saving";
  return (
    <p role="status" className={safe ? styles["saveMark"] : styles["saveFault"]} data-save={state.kind}>
      <span aria-hidden="true">{safe ? "●" : "▲"}</span> {saveWords(state)}
      {state.kind === "offline" ? (
        <button type="button" className={styles["textButton"]} onClick={onRetry}>
          Try now
        </button>
      ) : null}
    </p>
  );
}
