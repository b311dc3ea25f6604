// One's own account: the password, and the second factor.
import { useState, type FormEvent } from "react";

import {
  dropSecondFactor,
  proposeSecondFactor,
  renewPassword,
  setSecondFactor,
  type Session,
  type SignedIn,
} from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Title } from "../shell/Shell";
import { useDoing } from "../shell/useDoing";
import { isChosen, NewPassword } from "../sign-in/NewPassword";
import styles from "./Account.module.css";

type Props = { me: SignedIn; onChanged: (session: Session) => void };

export default function Account({ me, onChanged }: Props) {
  return (
    <>
      <Title under={me.name}>{me.display_name}</Title>
      <div className={styles["halves"]}>
        <Password me={me} onChanged={onChanged} />
        {me.has_second_factor ? <Drop onChanged={onChanged} /> : <Set onChanged={onChanged} />}
      </div>
    </>
  );
}

function Password({ me, onChanged }: Props) {
  const [present, setPresent] = useState("");
  const [chosen, setChosen] = useState({ password: "", repeated: "" });
  const [done, setDone] = useState(false);
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      onChanged(await renewPassword(present, chosen.password));
      setPresent("");
      setChosen({ password: "", repeated: "" });
      setDone(true);
    });
  };
  return (
    <form onSubmit={submit} className={styles["form"]}>
      <h2>Password</h2>
      {me.has_password ? (
        <TextLine
          label="Present password"
          type="password"
          value={present}
          onChange={setPresent}
          autoComplete="current-password"
          isRequired
        />
      ) : null}
      <NewPassword value={chosen} onChange={setChosen} />
      {doing.error ? <Failure error={doing.error} /> : null}
      {done ? (
        <Notice good>
          <p>The password is changed. Everywhere else you were signed out.</p>
        </Notice>
      ) : null}
      <div>
        <Button type="submit" isDisabled={doing.busy || !isChosen(chosen)}>
          Change the password
        </Button>
      </div>
    </form>
  );
}

function Set({ onChanged }: { onChanged: (session: Session) => void }) {
  const [proposed, setProposed] = useState<{ secret: string; app_link: string } | null>(null);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const doing = useDoing();
  if (!proposed) {
    return (
      <section className={styles["form"]}>
        <h2>Second factor</h2>
        <p className="soft">An app on your phone shows a code that changes every half minute. Signing in asks for it.</p>
        {doing.error ? <Failure error={doing.error} /> : null}
        <div>
          <Button onPress={() => void doing.start(async () => setProposed(await proposeSecondFactor()))}>
            Set it up
          </Button>
        </div>
      </section>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => onChanged(await setSecondFactor(password, proposed.secret, code.trim())));
  };
  return (
    <form onSubmit={submit} className={styles["form"]}>
      <h2>Second factor</h2>
      <p>Type this into the app as a key, or open it on a device that has the app.</p>
      <code className={styles["secret"]}>{proposed.secret.match(/.{1,4}/g)?.join(" ")}</code>
      <p>
        <a href={proposed.app_link}>Open in the app</a>
      </p>
      <TextLine
        label="The code that it shows"
        value={code}
        onChange={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        isRequired
      />
      <TextLine
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isRequired
      />
      {doing.error ? <Failure error={doing.error} /> : null}
      <div>
        <Button kind="main" type="submit" isDisabled={doing.busy || !code || !password}>
          Ask for a code from now on
        </Button>
      </div>
    </form>
  );
}

function Drop({ onChanged }: { onChanged: (session: Session) => void }) {
  const [password, setPassword] = useState("");
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => onChanged(await dropSecondFactor(password)));
  };
  return (
    <form onSubmit={submit} className={styles["form"]}>
      <h2>Second factor</h2>
      <p>Signing in asks for a code from your app.</p>
      <TextLine
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isRequired
      />
      {doing.error ? <Failure error={doing.error} /> : null}
      <div>
        <Button type="submit" isDisabled={doing.busy || !password}>
          Stop asking for codes
        </Button>
      </div>
    </form>
  );
}
