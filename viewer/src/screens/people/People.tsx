// Who may enter, in which role; and the one-time links that let them in.
import { useState } from "react";

import { invitePerson, listPeople, type Person } from "../../api";
import { Button } from "../../design/Button";
import { Empty, Failure } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
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
  const [invited, setInvited] = useState<{ person: Person; link: string } | null>(null);
  const doing = useDoing();

  const invite = (person: Person) =>
    void doing.start(async () => setInvited({ person, link: (await invitePerson(person.id)).link }));
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
      {changed ? (
        <PersonForm
          person={changed === "new" ? null : changed}
          isMe={changed !== "new" && changed.id === me}
          onClose={() => setChanged(null)}
          onDone={done}
        />
      ) : null}
      {invited ? <InvitationLink {...invited} onClose={() => setInvited(null)} /> : null}
    </>
  );
}

function InvitationLink({ person, link, onClose }: { person: Person; link: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(link).then(() => setCopied(true));
  return (
    <Window title={`A link for ${person.display_name}`} isOpen onClose={onClose}>
      <p>It works once, and makes earlier links of this person worthless. Send it yourself: nothing is mailed.</p>
      <code className={styles["link"]} data-testid="invitation-link">
        {link}
      </code>
      <div className={styles["ends"]}>
        <Button kind="main" onPress={copy} autoFocus>
          {copied ? "Copied" : "Copy the link"}
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
