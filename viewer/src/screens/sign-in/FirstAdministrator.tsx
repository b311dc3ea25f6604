// The first person of a new room, by the one-time link that the server printed when it started.
import { useState, type FormEvent } from "react";

import { becomeFirstAdministrator, type Session } from "../../api";
import { Button } from "../../design/Button";
import { TextLine, Tick } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { goTo } from "../shell/place";
import { useDoing } from "../shell/useDoing";
import { Door } from "./Door";
import styles from "./Door.module.css";
import { isChosen, NewPassword } from "./NewPassword";

type Props = { session: Session; onEnter: (session: Session) => void };

export function FirstAdministrator({ session, onEnter }: Props) {
  const [token] = useState(() => window.location.hash.slice(1));
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [chosen, setChosen] = useState({ password: "", repeated: "" });
  const [isAlone, setAlone] = useState(() => new URLSearchParams(window.location.search).has("alone"));
  const doing = useDoing();

  if (!session.needs_first_administrator) {
    return (
      <Door title="This study has an administrator">
        <Notice>
          <p>The one-time link was used. Sign in, or ask the administrator to invite you.</p>
        </Notice>
        <div>
          <Button onPress={() => goTo("/")}>Sign in</Button>
        </div>
      </Door>
    );
  }
  if (!token) {
    return (
      <Door title="Nobody is here yet" lead={session.study.title}>
        <Notice>
          <p>
            The study has no administrator. When <code>adcurate serve</code> started, it printed a link that makes
            one: open that link.
          </p>
        </Notice>
      </Door>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      const opened = await becomeFirstAdministrator(token, name.trim(), displayName.trim(), chosen.password, isAlone);
      goTo(isAlone ? "/home" : "/people", { replace: true });
      onEnter(opened);
    });
  };
  return (
    <Door title="You are the administrator" lead={session.study.title}>
      <form onSubmit={submit}>
        <TextLine
          label="Your name"
          value={displayName}
          onChange={setDisplayName}
          autoComplete="name"
          autoFocus
          isRequired
        />
        <TextLine
          label="Name to sign in with"
          value={name}
          onChange={setName}
          autoComplete="username"
          hint="Short, in small letters. It stands in the study's tables and cannot be changed."
          isRequired
        />
        <NewPassword value={chosen} onChange={setChosen} />
        <Tick isSelected={isAlone} onChange={setAlone}>
          I also make the results myself
        </Tick>
        <p className="soft">
          You let people in and prepare the study. A blinded study needs other people too: one reader at least who
          never sees a grade, and somebody who seals the outcomes. You invite them under People.
        </p>
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["deeds"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !isChosen(chosen) || !name || !displayName}>
            Open the reading room
          </Button>
        </div>
      </form>
    </Door>
  );
}
