// A long list is shown in parts: where in it one is, and the parts before and after.
import { Button } from "./Button";
import styles from "./Parts.module.css";

export const PART = 100;

type Props = { label: string; from: number; total: number; onFrom: (from: number) => void; part?: number };

/** Nothing where all of it fits. */
export function Parts({ label, from, total, onFrom, part = PART }: Props) {
  if (total <= part) return null;
  return (
    <nav className={styles["parts"]} aria-label={label}>
      <Button isDisabled={from === 0} onPress={() => onFrom(Math.max(0, from - part))}>
        Earlier
      </Button>
      <span>
        {inGroups(from + 1)} to {inGroups(Math.min(from + part, total))} of {inGroups(total)}
      </span>
      <Button isDisabled={from + part >= total} onPress={() => onFrom(from + part)}>
        Later
      </Button>
    </nav>
  );
}

/** The start of the part in which the row `at` stands. */
export function partOf(at: number, part = PART): number {
  return Math.max(0, Math.floor(at / part) * part);
}

const inGroups = (count: number) => count.toLocaleString("en-GB");
