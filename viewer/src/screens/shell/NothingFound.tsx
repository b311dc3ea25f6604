// A search that finds nothing says so, and looks what was typed up as a hospital number: once it is asked to, since
// the log keeps that somebody did.
import { useState } from "react";

import { findSubject } from "../../api";
import { Button } from "../../design/Button";
import { Failure } from "../../design/Notice";
import styles from "./NothingFound.module.css";
import { useDoing, type Doing } from "./useDoing";

export type NumberSearch = Doing & {
  /** The code that the last number led to, "" before. */
  found: string;
  look: (typed: string) => void;
};

export function useNumberSearch(onFound: (code: string) => void): NumberSearch {
  const doing = useDoing();
  const [found, setFound] = useState("");
  const look = (typed: string) =>
    void doing.start(async () => {
      const { subject } = await findSubject(typed.trim());
      setFound(subject);
      onFound(subject);
    });
  return { ...doing, found, look };
}

type Props = {
  typed: string;
  /** What does not have it, such as "No row". */
  nothing: string;
  /** What to say of a code that is known and yet not here. */
  notHere: string;
  search: NumberSearch;
};

export function NothingFound({ typed, nothing, notHere, search }: Props) {
  const wanted = typed.trim();
  return (
    <div className={styles["nothing"]}>
      <p role="status">
        {wanted === search.found ? (
          <>
            <span className="mono">{wanted}</span> is of this study. {notHere}
          </>
        ) : (
          `${nothing} has “${wanted}”.`
        )}
      </p>
      {wanted === search.found ? null : (
        <Button isDisabled={search.busy} onPress={() => search.look(typed)}>
          Look it up as a hospital number
        </Button>
      )}
      {search.error ? <Failure error={search.error} /> : null}
    </div>
  );
}
