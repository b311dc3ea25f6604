// What the plan asks, in its order: each question's role and choices, moved, taken out, added.
import { useState } from "react";

import type { ProtocolField, QuestionForm } from "../../api";
import { Button } from "../../design/Button";
import { OneOf, Segments, TextLine } from "../../design/Field";
import { FieldControl } from "./FieldControl";
import styles from "./Protocol.module.css";
import { isSame, shownValue } from "./values";

export type Question = { kind: string; role: string; title?: string } & Record<string, unknown>;

const ROLES = [
  { id: "confirmatory", label: "confirmatory" },
  { id: "exploratory", label: "exploratory" },
] as const;

type Props = {
  label: string;
  forms: readonly QuestionForm[];
  questions: readonly Question[];
  onChange: (questions: Question[]) => void;
};

export function Questions({ label, forms, questions, onChange }: Props) {
  const [kind, setKind] = useState<string | null>(null);
  const formOf = (wanted: string) => forms.find((one) => one.kind === wanted);
  const change = (at: number, part: Partial<Question>) =>
    onChange(questions.map((one, place) => (place === at ? ({ ...one, ...part } as Question) : one)));
  const move = (at: number) => {
    const moved = [...questions];
    moved.splice(at - 1, 0, ...moved.splice(at, 1));
    onChange(moved);
  };
  const add = () => {
    const usual = formOf(kind ?? "")?.usual ?? {};
    onChange([...questions, { ...usual, kind: kind ?? "", role: "exploratory" }]);
    setKind(null);
  };
  return (
    <div className={styles["rows"]} role="group" aria-label={label}>
      <ol className={styles["questions"]}>
        {questions.map((question, at) => {
          const form = formOf(question.kind);
          const name = question.title || form?.title || question.kind;
          return (
            <li key={at} className={styles["question"]}>
              <details className={styles["ask"]}>
                <summary>
                  <strong>{name}</strong>
                  <span className={styles["options"]}>{saidBy(question, form)}</span>
                </summary>
                <div className={styles["choices"]}>
                  <TextLine label="Title in the report" value={question.title ?? ""} onChange={(title) => change(at, { title })} />
                  {form?.fields.map((field) => (
                    <FieldControl
                      key={field.key}
                      isNarrow
                      field={field}
                      value={question[field.key]}
                      onChange={(value) => change(at, { [field.key]: value })}
                    />
                  ))}
                </div>
              </details>
              <Segments
                hideLabel
                label={`Role of ${name}`}
                choices={ROLES}
                value={question.role as (typeof ROLES)[number]["id"]}
                onChange={(role) => change(at, { role })}
              />
              <Button kind="quiet" isDisabled={at === 0} aria-label={`Move up: ${name}`} onPress={() => move(at)}>
                ↑
              </Button>
              <Button
                kind="quiet"
                aria-label={`Take out: ${name}`}
                onPress={() => onChange(questions.filter((_, place) => place !== at))}
              >
                Take out
              </Button>
            </li>
          );
        })}
      </ol>
      <div className={styles["another"]}>
        <OneOf
          label="Another question"
          choices={forms.map((form) => ({ id: form.kind, label: form.title }))}
          value={kind}
          onChange={setKind}
        />
        <Button isDisabled={!kind} onPress={add}>
          Add
        </Button>
      </div>
    </div>
  );
}

/** What a question says that is not what every question of its kind says. */
function saidBy(question: Question, form: QuestionForm | undefined): string {
  const own = (form?.fields ?? []).filter((field: ProtocolField) => !isSame(question[field.key], form?.usual[field.key]));
  return own.map((field) => `${field.label}: ${shownValue(question[field.key])}`).join("; ");
}
