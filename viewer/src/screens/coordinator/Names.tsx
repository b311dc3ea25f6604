// A list of names in order: people who may be chosen, or names that are typed.
import { useState, type FormEvent, type ReactNode } from "react";

import { Button } from "../../design/Button";
import { OneOf, TextLine } from "../../design/Field";
import styles from "./Names.module.css";

type Candidate = { name: string; display_name: string };
type Props = {
  label: string;
  names: readonly string[];
  /** Null: names are typed. */
  candidates: readonly Candidate[] | null;
  /** Said where there is nobody to choose. */
  none?: ReactNode;
  /** These stay. */
  fixed: readonly string[];
  most?: number;
  onChange: (names: string[]) => void;
};

export function Names({ label, names, candidates, none, fixed, most = Infinity, onChange }: Props) {
  const left = (candidates ?? []).filter((one) => !names.includes(one.name));
  const called = new Map((candidates ?? []).map((one) => [one.name, one.display_name]));
  const words = (one: Candidate) => (one.display_name === one.name ? one.name : `${one.display_name} (${one.name})`);
  return (
    <>
      {names.length > 0 ? (
        <ul className={styles["names"]}>
          {names.map((name) => (
            <li key={name}>
              <span>{called.get(name) ?? name}</span>
              {called.has(name) && called.get(name) !== name ? <span className="soft mono">{name}</span> : null}
              {fixed.includes(name) ? (
                <span className="soft">stands</span>
              ) : (
                <Button
                  kind="quiet"
                  aria-label={`Remove ${name}`}
                  onPress={() => onChange(names.filter((other) => other !== name))}
                >
                  Remove
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {names.length >= most ? null : candidates === null ? (
        <Typed label={label} onAdd={(name) => onChange(names.includes(name) ? [...names] : [...names, name])} />
      ) : left.length > 0 ? (
        <OneOf
          label={`Add: ${label.toLowerCase()}`}
          choices={left.map((one) => ({ id: one.name, label: words(one) }))}
          value={null}
          onChange={(name) => onChange([...names, name])}
        />
      ) : candidates.length === 0 ? (
        <p className="soft">{none}</p>
      ) : null}
    </>
  );
}

function Typed({ label, onAdd }: { label: string; onAdd: (name: string) => void }) {
  const [name, setName] = useState("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) onAdd(name.trim());
    setName("");
  };
  return (
    <form className={styles["add"]} onSubmit={add}>
      <TextLine label={`Add: ${label.toLowerCase()}`} value={name} onChange={setName} />
      <Button type="submit" isDisabled={!name.trim()}>
        Add
      </Button>
    </form>
  );
}
