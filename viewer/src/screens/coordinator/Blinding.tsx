// Who read blinded, counted from the log; and the outcomes' seal.
import { useState, type FormEvent } from "react";

import { readBlinding, sealOutcomes, unsealOutcomes } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Empty, Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { LEAST_LETTERS } from "../sign-in/NewPassword";
import styles from "./Coordinator.module.css";

const COLUMNS = [
  { label: "Reader" },
  { label: "Locked readings", number: true },
  { label: "Blinded", number: true },
  { label: "Not blinded", number: true },
  { label: "Lesions of those" },
];

export default function Blinding() {
  const answer = useAnswer(readBlinding);
  const { value: report, again } = answer;
  const [asking, setAsking] = useState<"seal" | "unseal" | null>(null);
  const sealed = Boolean(report?.outcomes_sealed_by);
  const ask = () => setAsking(sealed ? "unseal" : "seal");
  useActions([{ key: "s", name: sealed ? "Break the seal" : "Seal the outcomes", run: ask }]);
  if (answer.error || !report) return <Asked title="Blinding" answer={answer} />;
  return (
    <>
      <Title under="Counted from the log, not from the design. The report prints the same.">Blinding</Title>
      {report.readers.length === 0 ? (
        <Empty title="Nobody has locked a reading yet">
          <p>Each reader stands here with the number of readings that were blinded, and those that were not.</p>
        </Empty>
      ) : (
        <Table columns={COLUMNS}>
          {report.readers.map((reader) => (
            <tr key={reader.reader}>
              <th scope="row">{reader.reader}</th>
              <td className="number">{reader.n_readings}</td>
              <td className="number">{reader.n_readings - reader.n_not_blinded}</td>
              <td className="number">{reader.n_not_blinded}</td>
              <td className="mono">{reader.lesions.join("  ")}</td>
            </tr>
          ))}
        </Table>
      )}
      <section className={styles["block"]} style={{ marginTop: "var(--s8)" }}>
        <h2>Outcomes</h2>
        {report.n_unnamed > 0 ? (
          <Notice>
            <p>
              A worksheet came in by the command line {report.n_unnamed === 1 ? "once" : `${report.n_unnamed} times`}. The
              command line names nobody: whoever ran it saw the outcomes.
            </p>
          </Notice>
        ) : null}
        {report.seal_broken_early ? (
          <Notice>
            <p>The seal was broken before the last lock. The report says so.</p>
          </Notice>
        ) : null}
        <p>
          {sealed
            ? `Sealed by ${report.outcomes_sealed_by}: grades cannot be opened without the passphrase.`
            : "Not sealed. Somebody who does not read can seal the grades until the last case is locked."}
        </p>
        <div className={styles["ends"]}>
          <Button onPress={ask}>
            {sealed ? "Break the seal" : "Seal the outcomes"}
          </Button>
        </div>
        <p className="soft">
          Head of the log <span className="mono">{report.log_head}</span>
        </p>
      </section>
      {asking ? (
        <Seal
          deed={asking}
          onClose={() => setAsking(null)}
          onDone={() => {
            setAsking(null);
            again();
          }}
        />
      ) : null}
    </>
  );
}

function Seal({ deed, onClose, onDone }: { deed: "seal" | "unseal"; onClose: () => void; onDone: () => void }) {
  const [passphrase, setPassphrase] = useState("");
  const [repeated, setRepeated] = useState("");
  const [reason, setReason] = useState("");
  const isSure = deed === "unseal" || (passphrase.length >= LEAST_LETTERS && passphrase === repeated);
  const differs = repeated.length > 0 && !passphrase.startsWith(repeated);
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      await (deed === "seal" ? sealOutcomes(passphrase) : unsealOutcomes(passphrase, reason.trim()));
      onDone();
    });
  };
  return (
    <Window title={deed === "seal" ? "Seal the outcomes" : "Break the seal"} isOpen onClose={onClose}>
      <p>
        {deed === "seal"
          ? "Grades and what they were made from are encrypted with your passphrase. Without it nobody can open them, you neither: keep it in a safe place."
          : "Grades come back into the study. Before the last lock this is recorded, and the report says it."}
      </p>
      <form onSubmit={submit} className={styles["form"]}>
        <TextLine
          label="Passphrase"
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={setPassphrase}
          hint={deed === "seal" ? `At least ${LEAST_LETTERS} letters. Four words at random are good.` : undefined}
          autoFocus
          isRequired
        />
        {deed === "unseal" ? (
          <TextLine label="Why, if a case is not locked yet" value={reason} onChange={setReason} lines />
        ) : (
          <TextLine
            label="The same again"
            type="password"
            autoComplete="off"
            value={repeated}
            onChange={setRepeated}
            wrong={differs ? "The two differ." : undefined}
            isRequired
          />
        )}
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["ends"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !passphrase || !isSure}>
            {deed === "seal" ? "Seal" : "Break the seal"}
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </form>
    </Window>
  );
}
