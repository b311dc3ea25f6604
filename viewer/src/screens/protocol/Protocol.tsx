// The protocol as a form: every choice that can move a number, what it changes, and what this window has changed.
import { useEffect, useState } from "react";

import { checkProtocol, readProtocol, Refusal, saveProtocol, type ProtocolField, type ProtocolForm } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { moment } from "../shell/words";
import { FieldControl } from "./FieldControl";
import { Outcome } from "./Outcome";
import { PrintWindow } from "./PrintWindow";
import { Questions, type Question } from "./Questions";
import styles from "./Protocol.module.css";
import { changedKeys, changesOnly, KEPT_UNIT, shownAdc, shownValue, valueAt, withValue, type Values } from "./values";

/** Sections that most studies leave as their template has them. */
const FOLDED = new Set(["grading", "analysis", "published_cutoffs"]);
const CHECK_AFTER_MS = 300;

export default function Protocol() {
  const answer = useAnswer(readProtocol);
  const [savedNow, setSavedNow] = useState(false);
  const { value, set } = answer;
  if (!value) return <Asked title="Protocol" answer={answer} />;
  const onSaved = (form: ProtocolForm) => {
    set(form);
    setSavedNow(true);
  };
  return <Form key={value.digest} form={value} wasSaved={savedNow} onSaved={onSaved} />;
}

type FormProps = { form: ProtocolForm; wasSaved: boolean; onSaved: (form: ProtocolForm) => void };

function Form({ form, wasSaved, onSaved }: FormProps) {
  const [values, setValues] = useState<Values>(form.values);
  const [reason, setReason] = useState("");
  const [printing, setPrinting] = useState(false);
  const [fault, setFault] = useState<Refusal | null>(null);
  const saving = useDoing();
  const keys = form.sections.flatMap((section) => section.fields.map((field) => field.key));
  const changed = new Set(changedKeys(keys, form.values, values));
  const change = { values: changesOnly(keys, form.values, values), based_on: form.digest, reason };
  const said = JSON.stringify(change.values);

  useEffect(() => {
    setFault(null);
    if (changed.size === 0) return undefined;
    const stop = new AbortController();
    const timer = window.setTimeout(() => {
      checkProtocol(change, stop.signal).then(
        () => undefined,
        (thrown: unknown) => {
          if (!stop.signal.aborted && thrown instanceof Refusal) setFault(thrown);
        },
      );
    }, CHECK_AFTER_MS);
    return () => {
      stop.abort();
      window.clearTimeout(timer);
    };
  }, [said]);

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (changed.size > 0) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  });

  const faultKey = String(fault?.facts["key"] ?? "").replace(/\[\d+\].*$/, "");
  const put = (key: string, value: unknown) => setValues((now) => withValue(now, key, value));
  return (
    <>
      <Title
        under={standing(form)}
        deeds={
          <Button onPress={() => setPrinting(true)} isDisabled={changed.size > 0}>
            Print …
          </Button>
        }
      >
        Protocol
      </Title>
      {printing ? <PrintWindow onClose={() => setPrinting(false)} /> : null}
      <div className={styles["page"]}>
        <nav aria-label="Sections of the protocol" className={styles["index"]}>
          {form.sections.map((section) => {
            const n = section.fields.filter((field) => changed.has(field.key)).length;
            return (
              <a key={section.key} href={`#section-${section.key || "study"}`}>
                {section.title}
                {n > 0 ? <span className={styles["count"]}>{n} changed</span> : null}
              </a>
            );
          })}
        </nav>
        <div className={styles["sections"]}>
          {form.sections.map((section) => (
            <details
              key={section.key}
              id={`section-${section.key || "study"}`}
              className={styles["section"]}
              open={!FOLDED.has(section.key) || section.fields.some((field) => field.key === faultKey)}
            >
              <summary>
                <h2>{section.title}</h2>
              </summary>
              {section.key === "outcome" ? (
                <div className={styles["asked"]}>
                  <Outcome values={values} onChange={setValues} />
                  <p className={styles["changes"]}>
                    Sensitivity counts the grades to be found, specificity those on the other side. A grade on neither side stays
                    in the correlation, and out of the ROC curve.
                  </p>
                </div>
              ) : null}
              {section.fields
                .filter((field) => field.key !== "outcome.positive" && field.key !== "outcome.negative")
                .map((field) =>
                  field.kind === "questions" ? (
                    <div key={field.key} className={styles["asked"]} data-changed={changed.has(field.key) || undefined}>
                      <p className={styles["changes"]}>{field.changes}</p>
                      <Questions
                        label={field.label}
                        forms={form.questions}
                        questions={(valueAt(values, field.key) ?? []) as Question[]}
                        onChange={(value) => put(field.key, value)}
                      />
                    </div>
                  ) : (
                  <AskedField
                    key={field.key}
                    field={field}
                    value={valueAt(values, field.key)}
                    before={changed.has(field.key) ? valueAt(form.values, field.key) : undefined}
                    isChanged={changed.has(field.key)}
                    wrong={faultKey === field.key ? fault?.message : undefined}
                    onChange={(value) => put(field.key, value)}
                    onUndo={() => put(field.key, valueAt(form.values, field.key))}
                  />
                  ),
                )}
            </details>
          ))}
        </div>
      </div>
      {changed.size > 0 ? (
        <div className={styles["bar"]} role="region" aria-label="Unsaved changes">
          <p>
            <strong>{changed.size === 1 ? "1 change" : `${changed.size} changes`}</strong> not saved
          </p>
          {form.frozen_at ? (
            <TextLine
              label="Why? The reading has begun: the report shows this reason"
              value={reason}
              onChange={setReason}
              isRequired
            />
          ) : null}
          {fault ? <p className={styles["fault"]}>{fault.message}</p> : null}
          {saving.error ? <Failure error={saving.error} /> : null}
          <div className={styles["ends"]}>
            <Button onPress={() => setValues(form.values)}>Discard</Button>
            <Button
              kind="main"
              isDisabled={saving.busy || fault !== null || (form.frozen_at !== "" && !reason.trim())}
              onPress={() => void saving.start(async () => onSaved(await saveProtocol(change)))}
            >
              Save
            </Button>
          </div>
        </div>
      ) : wasSaved ? (
        <div className={styles["bar"]}>
          <p role="status">Saved.</p>
        </div>
      ) : null}
    </>
  );
}

function standing(form: ProtocolForm) {
  const kept = form.kept_at ? `Version ${form.version}, kept since ${moment(form.kept_at)}.` : "Changed in study.toml since it was kept.";
  if (!form.frozen_at) return `${kept} Every choice that can move a number stands here.`;
  return <Notice>{`${kept} The reading began ${moment(form.frozen_at)}: a change is an amendment, with a reason.`}</Notice>;
}

type FieldProps = {
  field: ProtocolField;
  value: unknown;
  before: unknown;
  isChanged: boolean;
  wrong: string | undefined;
  onChange: (value: unknown) => void;
  onUndo: () => void;
};

function AskedField({ field, value, before, isChanged, wrong, onChange, onUndo }: FieldProps) {
  const choice = field.choices.find((one) => one.value === before);
  return (
    <div className={styles["asked"]} data-changed={isChanged || undefined} data-key={field.key}>
      <div>
        <FieldControl field={field} value={value} wrong={wrong} onChange={onChange} />
        {wrong && !["text", "number", "whole", "numbers", "texts"].includes(field.kind) ? (
          <p className={styles["fault"]}>{wrong}</p>
        ) : null}
      </div>
      <div className={styles["changes"]}>
        <p>{field.changes}</p>
        {isChanged ? (
          <p className={styles["was"]}>
            Was {choice?.label ?? (field.unit === KEPT_UNIT && typeof before === "number" ? shownAdc(before) : shownValue(before))}.{" "}
            <Button kind="quiet" onPress={onUndo} aria-label={`Undo ${field.label}`}>
              Undo
            </Button>
          </p>
        ) : null}
      </div>
    </div>
  );
}
