// Who may enter, in which role; and the one-time links that let them in.
import { useState } from "react";

import { invitePerson, listPeople, readDoor, type Door, type Invitation, type Person } from "../../api";
import { Button } from "../../design/Button";
import { Empty, Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
import { ColleaguesPart, ColleaguesWindow, FirstVisit } from "./Colleagues";
import { PersonForm } from "./PersonForm";
import styles from "./People.module.css";
import { inWords } from "./roles";

const COLUMNS = [
  { label: "Name" },
  { label: "Signs in as" },
  { label: "Roles" },
  { label: "State" },
  { label: "What to do", unseen: true },
];

export default function People({ me, onMeChanged }: { me: string; onMeChanged: () => void }) {
  const answer = useAnswer(listPeople);
  const { value: people, again } = answer;
  const [changed, setChanged] = useState<Person | "new" | null>(null);
  const [invited, setInvited] = useState<{ person: Person; invitation: Invitation } | null>(null);
  // Who administers one site only is not told, and cannot open it.
  const door = useAnswer(readDoor);
  const [opens, setOpens] = useState(false);
  const doing = useDoing();

  const invite = (person: Person) =>
    void doing.start(async () => setInvited({ person, invitation: await invitePerson(person.id) }));
  const moved = (now: Door) => {
    door.set(now);
    // A link that was shown leads to where colleagues came in before.
    if (invited) invite(invited.person);
  };
  const done = (person: Person) => {
    const isNew = changed === "new";
    setChanged(null);
    again();
    if (isNew) invite(person);
    if (person.id === me) onMeChanged();
  };

  useActions([{ key: "a", name: "Add a person", run: () => setChanged("new") }]);
  if (!people) return <Asked title="People" answer={answer} />;
  return (
    <>
      <Title
        under={many(people.length, "person", "people")}
        deeds={
          <Button kind="main" onPress={() => setChanged("new")}>
            Add a person
          </Button>
        }
      >
        People
      </Title>
      {answer.error || doing.error ? <Failure error={answer.error ?? doing.error} /> : null}
      <Table columns={COLUMNS}>
        {people.map((person) => (
          <tr key={person.id} className={person.disabled ? styles["off"] : undefined}>
            <th scope="row">{person.display_name}</th>
            <td className="mono">{person.name}</td>
            <td>{inWords(person.roles) || "None"}</td>
            <td>{stateOf(person)}</td>
            <td>
              <div className={styles["deeds"]}>
                {person.id === me || person.disabled ? null : (
                  <Button kind="quiet" onPress={() => invite(person)} aria-label={`New link for ${person.name}`}>
                    New link
                  </Button>
                )}
                <Button kind="quiet" onPress={() => setChanged(person)} aria-label={`Change ${person.name}`}>
                  Change
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </Table>
      {people.length === 1 ? (
        <Empty title="You are alone here">
          <p>Add the readers and whoever coordinates them. Each gets a link that works once.</p>
        </Empty>
      ) : null}
      {door.value ? <ColleaguesPart door={door.value} onOpen={() => setOpens(true)} onChanged={door.set} /> : null}
      {changed ? (
        <PersonForm
          person={changed === "new" ? null : changed}
          isMe={changed !== "new" && changed.id === me}
          onClose={() => setChanged(null)}
          onDone={done}
        />
      ) : null}
      {invited ? (
        <InvitationLink
          {...invited}
          onOpen={door.value?.may_change ? () => setOpens(true) : null}
          onClose={() => setInvited(null)}
        />
      ) : null}
      {opens && door.value ? <ColleaguesWindow door={door.value} onChanged={moved} onClose={() => setOpens(false)} /> : null}
    </>
  );
}

type LinkProps = { person: Person; invitation: Invitation; onOpen: (() => void) | null; onClose: () => void };

function InvitationLink({ person, invitation, onOpen, onClose }: LinkProps) {
  const { link, only_here: onlyHere, fingerprint } = invitation;
  const [copied, setCopied] = useState("");
  const copy = () => void navigator.clipboard.writeText(link).then(() => setCopied(link));
  return (
    <Window title={`A link for ${person.display_name}`} isOpen onClose={onClose}>
      <p>It works once, and makes earlier links of this person worthless. Send it yourself: nothing is mailed.</p>
      {onlyHere ? (
        <Notice>
          <p>
            <strong>This link works on this computer only.</strong>{" "}
            {onOpen
              ? `${person.display_name} can open it here, in another browser. For another PC, let colleagues in first: the link changes then.`
              : "For another PC, an administrator of the whole study lets colleagues in first, at this computer."}
          </p>
          {onOpen ? <Button onPress={onOpen}>Let colleagues on other PCs in</Button> : null}
        </Notice>
      ) : null}
      <code className={styles["link"]} data-testid="invitation-link">
        {link}
      </code>
      {fingerprint ? <FirstVisit fingerprint={fingerprint} /> : null}
      <div className={styles["ends"]}>
        <Button kind="main" onPress={copy} autoFocus>
          {copied === link ? "Copied" : "Copy the link"}
        </Button>
        <Button onPress={onClose}>Close</Button>
      </div>
    </Window>
  );
}

function stateOf(person: Person): string {
  if (person.disabled) return "May not sign in";
  if (!person.has_password && !person.signs_in_elsewhere) return "Invited";
  return person.has_second_factor ? "Active, with second factor" : "Active";
}
