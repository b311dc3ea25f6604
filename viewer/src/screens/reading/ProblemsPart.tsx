// Why what is drawn cannot be measured yet, and the repair where one is offered.
import { Button } from "../../design/Button";
import type { Problem } from "./case";
import { repairLine } from "./state/operations";
import type { Reading } from "./state/reading";
import styles from "./reading.module.css";

/** In the reader's words, where the images show it; else in the server's. */
export function problemWords({ code, sentence }: Problem): string {
  return code === "contour.self-crossing" ? "The line crosses itself at the red dot." : sentence;
}

export function ProblemsPart({ reading }: { reading: Reading }) {
  const problems = reading.isOpen ? (reading.numbers?.problems ?? []) : [];
  if (problems.length === 0) return null;
  return (
    <section role="alert" className={styles["problems"]}>
      {problems.map((problem) => (
        <p key={`${problem.contour}${problem.code}`}>
          {problemWords(problem)}{" "}
          {problem.repair ? (
            <Button kind="quiet" onPress={() => void repairLine(reading, problem.contour)}>
              Repair it
            </Button>
          ) : null}
        </p>
      ))}
    </section>
  );
}
