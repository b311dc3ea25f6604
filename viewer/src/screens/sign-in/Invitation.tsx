// An invited person chooses a password. The link works once.
import { useState, type FormEvent } from "react";

import { acceptInvitation, readInvitation, type Session } from "../../api";
import { Button } from "../../design/Button";
import { Failure, Notice } from "../../design/Notice";
import { goTo } from "../shell/place";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { Door } from "./Door";
import styles from "./Door.module.css";
import { isChosen, NewPassword } from "./NewPassword";
import { Providers } from "./Providers";

type Props = { session: Session; token: string; onEnter: (session: Session) => void };

export function Invitation({ session, token, onEnter }: Props) {
  const [chosen, setChosen] = useState({ password: "", repeated: "" });
  const doing = useDoing();
  const { value: invited, error } = useAnswer((signal) => readInvitation(token, signal), [token]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      const opened = await acceptInvitation(token, chosen.password);
      goTo("/", { replace: true });
      onEnter(opened);
    });
  };
  return (
    <Door title="You are invited" lead={session.study.title}>
      {session.person ? (
        <Notice>
          <p>
            {session.person.display_name} is signed in here. The invitation is for somebody else? Then go on: that
            person will be signed in instead.
          </p>
        </Notice>
      ) : null}
      {error ? <Failure error={error} /> : null}
      {invited ? (
        <p>
          {invited.display_name === invited.name ? null : `${invited.display_name}: `}you sign in as{" "}
          <strong className="mono">{invited.name}</strong>, today and from now on.
        </p>
      ) : null}
      <form onSubmit={submit}>
        <NewPassword value={chosen} onChange={setChosen} />
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["deeds"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !isChosen(chosen)}>
            Enter the reading room
          </Button>
        </div>
      </form>
      <Providers session={session} invitation={token} />
    </Door>
  );
}
