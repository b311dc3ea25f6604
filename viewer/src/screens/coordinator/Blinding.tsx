// Who read blinded, counted from the log; and the outcomes' seal.
import { useState, type FormEvent } from "react";

import { readBlinding, sealOutcomes, unsealOutcomes, type BlindingReport } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Empty, Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { Term } from "../shell/Term";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many, moment } from "../shell/words";
import { LEAST_LETTERS } from "../sign-in/NewPassword";
import styles from "./Coordinator.module.css";
import { lastChance } from "./NewLesions";
import { OWN_ONLY } from "./Progress";

const COLUMNS = [
  { label: "Reader" },
  { label: "Locked readings", number: true },
  { label: "Blinded", number: true },
  { label: "Not blinded", number: true },
  { label: "Lesions of those" },
  { label: "Knew subjects or counts", number: true },
  { label: "Saw another reading", number: true },
  { label: "Amended, knowing", number: true },
];

export default function Blinding() {
  const answer = useAnswer(readBlinding);
  const { value: report, again } = answer;
  const [asking, setAsking] = useState<"seal" | "unseal" | null>(null);
  const stands = report ? sealStands(report) : false;
  const deed = stands ? (isEarly(report) ? "Break the seal" : "Open the seal") : "Seal the outcomes";
  const ask = () => setAsking(stands ? "unseal" : "seal");
  useActions([{ key: "s", name: deed, run: ask }]);
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
              <td className="number">
                {reader.n_knew_subjects}
                {reader.telling_roles.length > 0 ? <span className="soft"> as {reader.telling_roles.join(", ")}</span> : null}
              </td>
              <td className="number">{reader.n_saw_others}</td>
              <td className="number">{reader.n_amended_known}</td>
            </tr>
          ))}
        </Table>
      )}
      {report.is_own_only ? <p className="soft">{OWN_ONLY}</p> : null}
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
            <p>The seal was broken before the last lock and the last decision. The report says so.</p>
          </Notice>
        ) : null}
        {report.n_decisions ? (
          <p>
            {many(report.n_decisions, "decision")} between readers, {report.n_decisions_not_blinded} of them not blinded.
          </p>
        ) : null}
        <p>
          {sealWords(report)} (<Term word="seal">What is a seal?</Term>)
        </p>
        <div className={styles["ends"]}>
          <Button onPress={ask}>{deed}</Button>
        </div>
        <p className="soft">
          Head of the log <span className="mono">{report.log_head}</span>
        </p>
      </section>
      {asking ? (
        <Seal
          deed={asking}
          waits={waitsFor(report)}
          notGiven={report.n_not_given}
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

/** The seal that was made last is closed. */
export function sealStands({ outcomes_sealed_by, outcomes_opened_at }: BlindingReport): boolean {
  return outcomes_sealed_by !== "" && outcomes_opened_at === "";
}

export function sealWords(report: BlindingReport): string {
  if (!report.outcomes_sealed_by) {
    return "Not sealed. Somebody who does not read can seal the grades until the last case is locked and the last difference decided.";
  }
  if (sealStands(report)) return `Sealed by ${report.outcomes_sealed_by}: grades cannot be opened without the passphrase.`;
  return `Opened on ${moment(report.outcomes_opened_at)} by ${report.outcomes_opened_by}. It had been sealed by ${report.outcomes_sealed_by}.`;
}

/** What a seal is still there for; "" once it may be opened. */
export function waitsFor({ is_everything_locked, n_undecided }: BlindingReport): string {
  if (!is_everything_locked) return "Not every case is locked.";
  if (n_undecided) return `${many(n_undecided, "difference")} between readers ${n_undecided === 1 ? "is" : "are"} not decided.`;
  return "";
}

function isEarly(report: BlindingReport | null): boolean {
  return report !== null && waitsFor(report) !== "";
}

type SealProps = { deed: "seal" | "unseal"; waits: string; notGiven: number; onClose: () => void; onDone: () => void };

function Seal({ deed, waits, notGiven, onClose, onDone }: SealProps) {
  const [passphrase, setPassphrase] = useState("");
  const [repeated, setRepeated] = useState("");
  const [reason, setReason] = useState("");
  const isSure = deed === "unseal" ? !waits || reason.trim() !== "" : (passphrase.length >= LEAST_LETTERS && passphrase === repeated);
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
    <Window title={deed === "seal" ? "Seal the outcomes" : waits ? "Break the seal" : "Open the seal"} isOpen onClose={onClose}>
      {deed === "seal" ? (
        <p>
          Grades and what they were made from are encrypted with your passphrase. Without it nobody can open them, you neither:
          keep it in a safe place.
        </p>
      ) : waits ? (
        <Notice>
          <p>
            {waits} What is locked or decided from now on is not blinded: it counts so, and the report says it with your reason.
          </p>
        </Notice>
      ) : (
        <p>Every case is locked and every difference decided: grades come back into the study.</p>
      )}
      {deed === "unseal" && notGiven > 0 ? (
        <Notice>
          <p>{lastChance(notGiven)}</p>
        </Notice>
      ) : null}
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
          waits ? <TextLine label="Why now" value={reason} onChange={setReason} lines isRequired /> : null
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
            {doing.busy ? "Working …" : deed === "seal" ? "Seal" : waits ? "Break the seal" : "Open the seal"}
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </form>
    </Window>
  );
}
