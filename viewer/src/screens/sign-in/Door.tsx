// What the pages before the room share: a form at the side, a picture, and what the room is not for.
import type { ReactNode } from "react";

import { Isolines } from "../../design/Isolines";
import { Mark } from "../../design/Mark";
import { Foot } from "../shell/Shell";
import { Unreached } from "../shell/Unreached";
import { useTitle } from "../shell/useTitle";
import styles from "./Door.module.css";

export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <div className={styles["door"]}>
      <div className={styles["side"]}>
        <header className={styles["name"]}>
          <Mark size="1.6em" /> Adcurate
        </header>
        <main className={styles["form"]}>
          <div>
            <h1>{title}</h1>
            {lead ? <p className={styles["lead"]}>{lead}</p> : null}
          </div>
          {children}
        </main>
        <div>
          <Unreached />
          <Foot />
        </div>
      </div>
      <div className={styles["picture"]}>
        <Isolines />
      </div>
    </div>
  );
}
