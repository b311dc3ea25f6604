// What the protocol says of the reading. It is changed on the page of the protocol, not here.
import type { ReadingRules } from "../../api";
import { Link } from "../shell/Link";
import { adc, many } from "../shell/words";
import styles from "./Coordinator.module.css";

const SHOWN = { live: "while drawing", after_lock: "after the lock", never: "never" } as const;

export function Rules({ rules }: { rules: ReadingRules }) {
  const facts: [string, string][] = [
    ["Numbers are shown", SHOWN[rules.show_numbers]],
    ["Lesion", rules.selection === "pointer" ? "a pointer says which" : "the reader finds it"],
    ["Sessions", rules.sessions > 1 ? `${rules.sessions}, ${many(rules.washout_days, "day")} apart` : "1"],
    ["Read again", rules.repeat_fraction > 0 ? `${Math.round(rules.repeat_fraction * 100)} % of the cases` : "none"],
    ["Training cases", String(rules.training_cases)],
    [
      "Decided by a third",
      rules.adjudicate_over > 0 ? `means that differ by more than ${adc(rules.adjudicate_over * 1e-6)}·10⁻³ mm²/s` : "never",
    ],
  ];
  const { confidence, ruler, reference } = rules.wants;
  const wants = [confidence && "a confidence", ruler && "the long axis by ruler", reference && "reference tissue"];
  facts.push(["Asked beside the outline", wants.filter(Boolean).join(", ") || "nothing"]);
  return (
    <section className={styles["block"]}>
      <h2>The protocol</h2>
      <dl className={styles["facts"]}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="soft">
        Changed on the page <Link to="/protocol">Protocol</Link>, before the reading begins.
      </p>
    </section>
  );
}
