// One key of the protocol as something to fill in, by its kind.
import { useState } from "react";

import type { ProtocolField } from "../../api";
import { Button } from "../../design/Button";
import { OneOf, Segments, TextLine, Tick } from "../../design/Field";
import styles from "./Protocol.module.css";
import { Rows, type RowValues } from "./Rows";
import { KEPT_UNIT, keptAdc, SHOWN_UNIT, shownAdc, typedNumber, typedNumbers, typedTexts } from "./values";

type Props = {
  field: ProtocolField;
  value: unknown;
  onChange: (value: unknown) => void;
  wrong?: string | undefined;
  hideLabel?: boolean;
  /** Beside others: choices stand in a list. */
  isNarrow?: boolean;
};

/** Beyond this many choices, or in a row, they stand in a list and not side by side. */
const SIDE_BY_SIDE = 3;
const SHORT = 18;

export function FieldControl({ field, value, onChange, wrong, hideLabel = false, isNarrow = false }: Props) {
  const isAdc = field.unit === KEPT_UNIT;
  const label = field.unit ? `${field.label}, ${isAdc ? SHOWN_UNIT : field.unit}` : field.label;
  const common = { label, wrong, hideLabel };
  switch (field.kind) {
    case "yes-no":
      return (
        <Tick isSelected={Boolean(value)} onChange={onChange}>
          {label}
        </Tick>
      );
    case "number":
    case "whole":
      return <Typed {...common} value={value} shown={isAdc ? shownAdcValue : shownNumber} read={(text) => readNumber(text, field)} onChange={onChange} />;
    case "numbers":
      return <Typed {...common} value={value} shown={listed} read={readNumbers} onChange={onChange} />;
    case "texts":
      return <Typed {...common} value={value} shown={listed} read={(text) => ({ value: typedTexts(text) })} onChange={onChange} />;
    case "choice":
      return <OneOfValues field={field} label={label} value={value} onChange={onChange} hideLabel={hideLabel} isNarrow={isNarrow} />;
    case "places":
      return (
        <div className={styles["places"]} role="group" aria-label={label}>
          <span className={hideLabel ? "unseen" : styles["label"]}>{label}</span>
          {((value ?? []) as string[]).map((one, at, all) => (
            <OneOf
              key={at}
              hideLabel
              label={`${label} ${at + 1}`}
              choices={field.choices.map((choice) => ({ id: String(choice.value), label: choice.label }))}
              value={one}
              onChange={(chosen) => onChange(swapped(all, at, chosen))}
            />
          ))}
        </div>
      );
    case "by-name":
      return <ByName field={field} label={label} value={(value ?? {}) as Record<string, string>} onChange={onChange} />;
    case "rows":
      return <Rows field={field} rows={(value ?? []) as RowValues[]} onChange={onChange} />;
    default:
      return <TextLine {...common} value={String(value ?? "")} onChange={onChange} />;
  }
}

function OneOfValues({ field, label, value, onChange, hideLabel, isNarrow }: Props & { label: string }) {
  const choices = field.choices.map((one) => ({ id: String(one.value), label: one.label }));
  const short = !isNarrow && choices.length <= SIDE_BY_SIDE && choices.every((one) => one.label.length <= SHORT);
  const Choose = short ? Segments : OneOf;
  const take = (id: string) => onChange(field.choices.find((one) => String(one.value) === id)?.value);
  return <Choose label={label} choices={choices} value={String(value)} onChange={take} hideLabel={hideLabel ?? false} />;
}

type Read = { value?: unknown; wrong?: string };
type TypedProps = {
  label: string;
  wrong: string | undefined;
  hideLabel: boolean;
  value: unknown;
  shown: (value: unknown) => string;
  read: (text: string) => Read;
  onChange: (value: unknown) => void;
};

/** Text stays as it was typed; what it says is passed on while it says something. */
function Typed({ label, wrong, hideLabel, value, shown, read, onChange }: TypedProps) {
  const [text, setText] = useState(shown(value));
  const now = read(text);
  const standing = JSON.stringify(now.value) === JSON.stringify(value) ? text : now.wrong ? text : shown(value);
  return (
    <TextLine
      label={label}
      hideLabel={hideLabel}
      wrong={now.wrong && standing === text ? now.wrong : wrong}
      value={standing}
      onChange={(typed) => {
        setText(typed);
        const said = read(typed);
        if (!said.wrong) onChange(said.value);
      }}
    />
  );
}

const shownNumber = (value: unknown) => (value === null || value === undefined ? "" : String(value));
const shownAdcValue = (value: unknown) => (typeof value === "number" ? shownAdc(value) : "");
const listed = (value: unknown) => ((value ?? []) as unknown[]).join(", ");

function readNumber(text: string, field: ProtocolField): Read {
  if (!text.trim()) return field.may_be_empty ? { value: null } : { wrong: "A number is needed." };
  const value = typedNumber(text);
  if (value === null) return { wrong: "This is no number." };
  if (field.kind === "whole" && !Number.isInteger(value)) return { wrong: "A whole number is needed." };
  return { value: field.unit === KEPT_UNIT ? keptAdc(value) : value };
}

function readNumbers(text: string): Read {
  const value = typedNumbers(text);
  return value === null ? { wrong: "Numbers, with commas between." } : { value };
}

/** Each stands once: what is chosen changes places with what stood there. */
function swapped(all: readonly string[], at: number, chosen: string): string[] {
  return all.map((one, place) => (place === at ? chosen : one === chosen ? (all[at] ?? one) : one));
}

type ByNameProps = {
  field: ProtocolField;
  label: string;
  value: Record<string, string>;
  onChange: (value: unknown) => void;
};

function ByName({ field, label, value, onChange }: ByNameProps) {
  const [name, setName] = useState("");
  const choices = field.choices.map((one) => ({ id: String(one.value), label: one.label }));
  const add = () => {
    onChange({ ...value, [name.trim().toLowerCase()]: choices[0]?.id ?? "" });
    setName("");
  };
  return (
    <div className={styles["rows"]} role="group" aria-label={label}>
      <span className={styles["label"]}>{label}</span>
      {Object.entries(value).map(([one, chosen]) => (
        <div key={one} className={styles["named"]}>
          <span>{one}</span>
          <OneOf hideLabel label={one} choices={choices} value={chosen} onChange={(id) => onChange({ ...value, [one]: id })} />
          <Button
            kind="quiet"
            aria-label={`Remove ${one}`}
            onPress={() => onChange(Object.fromEntries(Object.entries(value).filter(([other]) => other !== one)))}
          >
            Remove
          </Button>
        </div>
      ))}
      <div className={styles["named"]}>
        <TextLine label="Another organ" hideLabel placeholder="organ" value={name} onChange={setName} />
        <Button onPress={add} isDisabled={!name.trim()}>
          Add
        </Button>
      </div>
    </div>
  );
}
