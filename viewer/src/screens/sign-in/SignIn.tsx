// Signing in: at the door, or over the page when a session ended while somebody was at work.
import { useState, type FormEvent } from "react";

import { signIn, type Session } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useDoing } from "../shell/useDoing";
import { Door } from "./Door";
import styles from "./Door.module.css";
import { Providers } from "./Providers";

type Props = { session: Session; onEnter: (session: Session) => void };

export function SignIn({ session, onEnter }: Props) {
  return (
    <Door title="Sign in" lead={session.study.title}>
      <SignInForm onEnter={onEnter} />
      <Providers session={session} />
    </Door>
  );
}

/** The page behind stays as it is, with everything that was drawn. */
export function SignInAgain({ session, onEnter }: Props) {
  return (
    <Window title="Your session ended" isOpen>
      <p>
        Sign in again to go on where you were. What stands on the page stays, and what you drew is kept in this browser
        until it is saved.
      </p>
      <SignInForm name={session.person?.name ?? ""} onEnter={onEnter} />
      <Providers session={session} />
      <p className="soft">
        You are not {session.person?.display_name || session.person?.name}? <a href="/">Leave this page</a>
      </p>
    </Window>
  );
}

function SignInForm({ name: known = "", onEnter }: { name?: string; onEnter: (session: Session) => void }) {
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const doing = useDoing();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => onEnter(await signIn(name.trim(), password, totp.trim())));
  };
  return (
    <form onSubmit={submit} className={styles["entry"]}>
      <TextLine
        label="Name"
        name="name"
        value={name}
        onChange={setName}
        isDisabled={Boolean(known)}
        autoFocus={!known}
        autoComplete="username"
        isRequired
      />
      <TextLine
        label="Password"
        name="password"
        type="password"
        value={password}
        onChange={setPassword}
        autoFocus={Boolean(known)}
        autoComplete="current-password"
        isRequired
      />
      {needsCode ? (
        <TextLine
          label="Code"
          name="totp"
          value={totp}
          onChange={setTotp}
          inputMode="numeric"
          autoComplete="one-time-code"
          hint="Six digits, from the app that you set up as second factor."
          autoFocus
        />
      ) : null}
      {doing.error ? <Failure error={doing.error} /> : null}
      <div className={styles["deeds"]}>
        <Button kind="main" type="submit" isDisabled={doing.busy}>
          Sign in
        </Button>
        {needsCode ? null : (
          <Button kind="quiet" onPress={() => setNeedsCode(true)}>
            I have a code too
          </Button>
        )}
      </div>
    </form>
  );
}
