// What the page says about itself: a failure with its code and remedy, success, nothing here yet, waiting.
import type { ReactNode } from "react";

import { Refusal } from "../api";
import styles from "./Notice.module.css";

export function Failure({ error }: { error: unknown }) {
  const refusal = error instanceof Refusal ? error : Refusal.of(error);
  return (
    <div role="alert" className={`${styles["notice"]} ${styles["fault"]}`}>
      <p className={styles["sentence"]}>{refusal.message}</p>
      {refusal.remedy ? <p>{refusal.remedy}</p> : null}
      <p className={styles["code"]}>{refusal.code}</p>
    </div>
  );
}

export function Notice({ good = false, children }: { good?: boolean; children: ReactNode }) {
  return (
    <div role="status" className={`${styles["notice"]} ${good ? styles["good"] : ""}`}>
      {children}
    </div>
  );
}

/** `alone`: it is all that the page says, so its title is the page's. */
export function Empty({ title, alone = false, children }: { title: string; alone?: boolean; children?: ReactNode }) {
  return (
    <section className={styles["empty"]}>
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </section>
  );
}

/** Shown only after a moment, so that a fast answer does not flicker. */
export function Waiting({ children = "Loading" }: { children?: ReactNode }) {
  return (
    <p role="status" className={styles["waiting"]}>
      {children} …
    </p>
  );
}
