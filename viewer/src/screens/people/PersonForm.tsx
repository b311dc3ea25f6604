// A person is added, or an existing one changed: name, roles by site, and whether the person may sign in.
import { useState, type FormEvent } from "react";

import { addPerson, changePerson, type Person } from "../../api";
import { Button } from "../../design/Button";
import { TextLine, Tick } from "../../design/Field";
import { Failure } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useDoing } from "../shell/useDoing";
import styles from "./People.module.css";
import { ROLES, rolesOf, tickedOf, type Ticked } from "./roles";

type Props = { person: Person | null; isMe: boolean; onClose: () => void; onDone: (person: Person) => void };

export function PersonForm({ person, isMe, onClose, onDone }: Props) {
  const [name, setName] = useState(person?.name ?? "");
  const [displayName, setDisplayName] = useState(person?.display_name ?? "");
  const [ticked, setTicked] = useState<Ticked>(tickedOf(person?.roles ?? []));
  const [disabled, setDisabled] = useState(person?.disabled ?? false);
  const doing = useDoing();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      const roles = rolesOf(ticked);
      onDone(
        person
          ? await changePerson(person.id, { display_name: displayName.trim(), roles, disabled })
          : await addPerson(name.trim(), displayName.trim(), roles),
      );
    });
  };
  const tick = (role: (typeof ROLES)[number]["role"], on: boolean) =>
    setTicked(({ [role]: _, ...others }) => (on ? { ...others, [role]: "" } : others));

  return (
    <Window title={person ? `Change ${person.display_name}` : "Add a person"} isOpen onClose={onClose}>
      <form onSubmit={submit} className={styles["form"]}>
        <TextLine label="Name" value={displayName} onChange={setDisplayName} autoFocus isRequired />
        {person ? null : (
          <TextLine
            label="Name to sign in with"
            value={name}
            onChange={setName}
            hint="Short, in small letters. It names a reader in tables and cannot be changed."
            isRequired
          />
        )}
        <fieldset className={styles["roles"]}>
          <legend>Roles, and at which site (empty: at all of them)</legend>
          {ROLES.map(({ role, label, does }) => (
            <RoleLine
              key={role}
              label={label}
              does={does}
              sites={ticked[role]}
              onTick={(on) => tick(role, on)}
              onSites={(sites) => setTicked({ ...ticked, [role]: sites })}
            />
          ))}
        </fieldset>
        {person && !isMe ? (
          <Tick isSelected={!disabled} onChange={(on) => setDisabled(!on)}>
            May sign in
          </Tick>
        ) : null}
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["ends"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !displayName || (!person && !name)}>
            {person ? "Save" : "Add and invite"}
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </form>
    </Window>
  );
}

type RoleLineProps = {
  label: string;
  does: string;
  sites: string | undefined;
  onTick: (on: boolean) => void;
  onSites: (sites: string) => void;
};

function RoleLine({ label, does, sites, onTick, onSites }: RoleLineProps) {
  return (
    <>
      <Tick isSelected={sites !== undefined} onChange={onTick}>
        {label}
      </Tick>
      {sites === undefined ? (
        <span className="soft">{does}</span>
      ) : (
        <TextLine label={`Sites of ${label}`} hideLabel value={sites} onChange={onSites} placeholder="all sites" />
      )}
    </>
  );
}
