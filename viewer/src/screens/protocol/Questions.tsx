// What the plan asks, in its order: each question's role, moved, taken out, added.
import { useState } from "react";

import type { ProtocolField } from "../../api";
import { Button } from "../../design/Button";
import { OneOf, Segments } from "../../design/Field";
import styles from "./Protocol.module.css";
import { shownValue } from "./values";

export type Question = { kind: string; role: string; title?: string } & Record<string, unknown>;

const ROLES = [
  { id: "confirmatory", label: "confirmatory" },
  { id: "exploratory", label: "exploratory" },
] as const;

type Props = { field: ProtocolField; questions: readonly Question[]; onChange: (questions: Question[]) => void };

export function Questions({ field, questions, onChange }: Props) {
  const [kind, setKind] = useState<string | null>(null);
  const choices = field.choices.map((one) => ({ id: String(one.value), label: one.label }));
  const named = (question: Question) =>
    question.title || (choices.find((one) => one.id === question.kind)?.label ?? question.kind);
  const change = (at: number, part: Partial<Question>) =>
    onChange(questions.map((one, place) => (place === at ? ({ ...one, ...part } as Question) : one)));
  const move = (at: number) => {
    const moved = [...questions];
    moved.splice(at - 1, 0, ...moved.splice(at, 1));
    onChange(moved);
  };
  return (
    <div className={styles["rows"]} role="group" aria-label={field.label}>
      <ol className={styles["questions"]}>
        {questions.map((question, at) => (
          <li key={at} className={styles["question"]}>
            <div>
              <strong>{named(question)}</strong>
              <span className={styles["options"]}>{optionsOf(question)}</span>
            </div>
            <Segments
              hideLabel
              label={`Role of ${named(question)}`}
              choices={ROLES}
              value={question.role as (typeof ROLES)[number]["id"]}
              onChange={(role) => change(at, { role })}
            />
            <Button kind="quiet" isDisabled={at === 0} aria-label={`Move ${named(question)} up`} onPress={() => move(at)}>
              ↑
            </Button>
            <Button
              kind="quiet"
              aria-label={`Take out ${named(question)}`}
              onPress={() => onChange(questions.filter((_, place) => place !== at))}
            >
              Take out
            </Button>
          </li>
        ))}
      </ol>
      <div className={styles["named"]}>
        <OneOf hideLabel label="Another question" choices={choices} value={kind} onChange={setKind} />
        <Button
          isDisabled={!kind}
          onPress={() => {
            onChange([...questions, { kind: kind ?? "", role: "exploratory" }]);
            setKind(null);
          }}
        >
          Add
        </Button>
      </div>
    </div>
  );
}

/** What a question says beside its kind; edited in the file. */
function optionsOf(question: Question): string {
  return Object.entries(question)
    .filter(([key, value]) => !["kind", "role", "title"].includes(key) && value !== null && value !== "" && !isEmpty(value))
    .filter(([, value]) => typeof value !== "boolean" || value)
    .map(([key, value]) => `${key.replaceAll("_", " ")}: ${shownValue(value)}`)
    .join("; ");
}

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
