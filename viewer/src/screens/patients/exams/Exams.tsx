// Exams beside the visits that wait for them. What subject and day leave open is proposed with its evidence, and a person
// says; the exams not taken stay where they are and are shown.
import { useState, type ReactNode } from "react";

import { chooseExam, readArrivedExams, REQUESTS_FILE, type ArrivedExams, type ArrivedVisit } from "../../../api";
import { Button } from "../../../design/Button";
import { Segments, TextLine } from "../../../design/Field";
import { Empty, Failure, Notice } from "../../../design/Notice";
import { Table } from "../../../design/Table";
import { AskedPart } from "../../shell/Asked";
import { Term } from "../../shell/Term";
import { useAnswer } from "../../shell/useAnswer";
import { useDoing } from "../../shell/useDoing";
import { many } from "../../shell/words";
import styles from "./Exams.module.css";
import { Flow } from "./Flow";

type Status = ArrivedVisit["status"];
const AT_ONCE = 60;
const NAMES: Record<Status, string> = {
  ambiguous: "To decide",
  awaited: "Awaited",
  unrequested: "Unrequested",
  matched: "Matched",
  withdrawn: "Withdrawn",
};

export function Exams() {
  const answer = useAnswer(readArrivedExams);
  const { value, set } = answer;
  if (!value) return <AskedPart answer={answer} />;
  return <Arrived arrived={value} onChanged={set} />;
}

function Arrived({ arrived, onChanged }: { arrived: ArrivedExams; onChanged: (arrived: ArrivedExams) => void }) {
  const of = (status: Status) => arrived.visits.filter((one) => one.status === status);
  const [status, setStatus] = useState<Status>(() => (of("ambiguous").length > 0 ? "ambiguous" : of("awaited").length > 0 ? "awaited" : "matched"));
  const [shown, setShown] = useState(AT_ONCE);
  const visits = of(status);
  const twoPeople = arrived.visits.filter((one) => one.birth_dates_differ);
  if (arrived.visits.length === 0) {
    return (
      <Empty title="No visit waits for an exam">
        <p>Enter the list into the study: its included rows say which exams are awaited.</p>
      </Empty>
    );
  }
  return (
    <div className={styles["page"]}>
      <Flow stages={arrived.flow} />
      {twoPeople.length > 0 ? (
        <Notice>
          <p>
            <strong>Perhaps a wrong patient.</strong> The images of {many(new Set(twoPeople.map((one) => one.subject)).size, "subject")} carry more than one date of
            birth: {[...new Set(twoPeople.map((one) => one.subject))].join(", ")}. Look both exams up in the PACS before one is taken.
          </p>
        </Notice>
      ) : null}
      <Segments
        label="Visits by what became of them"
        hideLabel
        value={status}
        onChange={(next) => {
          setStatus(next);
          setShown(AT_ONCE);
        }}
        choices={(Object.keys(NAMES) as Status[]).map((id) => ({ id, label: `${NAMES[id]} ${of(id).length}` }))}
      />
      <p className={styles["said"]}>{SAID[status](arrived.within_days)}</p>
      {status === "awaited" && visits.length > 0 ? (
        <p className={styles["ends"]}>
          <a href={REQUESTS_FILE} download>
            Request list for the PACS office (XLSX)
          </a>
          <span className={styles["names"]}>It names people: hand it over by the hospital&apos;s own ways, and delete it afterwards.</span>
        </p>
      ) : null}
      {visits.length === 0 ? <p className="soft">None.</p> : null}
      {status === "awaited" && visits.length > 0 ? (
        <Table columns={[{ label: "Subject" }, { label: "Visit" }, { label: "Why" }]}>
          {visits.slice(0, shown).map((one) => (
            <tr key={`${one.subject} ${one.visit}`}>
              <th scope="row" className="mono">
                {one.subject}
              </th>
              <td>{one.visit}</td>
              <td>{one.reason}</td>
            </tr>
          ))}
        </Table>
      ) : (
        visits.slice(0, shown).map((one) => (
          <Visit key={`${one.subject} ${one.visit} ${one.exams[0]?.uid}`} visit={one} onChanged={onChanged} />
        ))
      )}
      {visits.length > shown ? <Button onPress={() => setShown(shown + AT_ONCE * 4)}>Show more of {visits.length}</Button> : null}
    </div>
  );
}

const SAID: Record<Status, (within: number) => ReactNode> = {
  ambiguous: (within) =>
    `Subject and day do not tell which exam is meant, or something speaks against it: each says what. Proposed is the exam nearest to the histology, not after a resection${within ? `, at most ${within} days from it` : ""}; nothing is taken before you confirm.`,
  awaited: () => (
    <>
      Included <Term word="visit">visits</Term> for which no exam has come.
    </>
  ),
  unrequested: () => "Exams of people for whom the list has no included row. They are kept, and measured by nobody.",
  withdrawn: () => "Exams of subjects who withdrew. They stay until the subject is erased, and are used no more.",
  matched: () => "One exam of the subject and the listed day, or the one that a person named.",
};

const STANDING = { taken: "taken", proposed: "proposed", "not taken": "not taken", open: "" } as const;

function Visit({ visit, onChanged }: { visit: ArrivedVisit; onChanged: (arrived: ArrivedExams) => void }) {
  const proposed = visit.exams.find((one) => one.standing === "proposed")?.uid ?? "";
  const [changing, setChanging] = useState(false);
  const isOpen = visit.status === "ambiguous" || changing;
  const [exam, setExam] = useState(proposed);
  const [why, setWhy] = useState(proposed ? `As proposed: ${visit.proposed}` : "");
  const doing = useDoing();
  const group = `exam-${visit.subject}-${visit.visit}`;
  return (
    <article className={styles["visit"]} data-status={visit.status}>
      <header>
        <h2 className="mono">{visit.subject}</h2>
        <span className="soft">{visit.visit ? `visit ${visit.visit}` : ""}</span>
        <p>
          {visit.reason} {visit.why ? <q>{visit.why}</q> : null}
          {visit.treated === "yes" ? <strong> Treated before the MRI, says the list.</strong> : null}
        </p>
      </header>
      <Table
        columns={[
          ...(isOpen ? [{ label: "Take", unseen: true }] : []),
          { label: "Exam" },
          { label: "From the listed day", number: true },
          { label: "From the histology", number: true },
          { label: "Series", number: true },
          { label: "Images", number: true },
          { label: "Standing" },
        ]}
      >
        {visit.exams.map((one) => (
          <tr key={one.uid} data-standing={one.standing}>
            {isOpen ? (
              <td>
                <input
                  type="radio"
                  name={group}
                  className={styles["pick"]}
                  aria-label={`Take exam ${one.uid.slice(-6)}`}
                  checked={exam === one.uid}
                  onChange={() => {
                    setExam(one.uid);
                    setWhy(one.uid === proposed ? `As proposed: ${visit.proposed}` : "");
                  }}
                />
              </td>
            ) : null}
            <th scope="row" className="mono">
              …{one.uid.slice(-6)}
            </th>
            <td className="number">{days(one.days_from_row)}</td>
            <td className="number">{days(one.days_from_histology)}</td>
            <td className="number">{one.n_series}</td>
            <td className="number">{one.n_objects}</td>
            <td className={one.standing === "proposed" ? styles["lamp"] : "soft"}>
              {one.standing === "proposed" ? `proposed: ${visit.proposed}` : one.against || STANDING[one.standing]}
            </td>
          </tr>
        ))}
      </Table>
      {visit.status === "matched" && visit.exams.length > 1 && !changing ? (
        <div>
          <Button kind="quiet" onPress={() => setChanging(true)}>
            Take another exam …
          </Button>
        </div>
      ) : null}
      {isOpen ? (
        <form
          className={styles["decide"]}
          onSubmit={(event) => {
            event.preventDefault();
            void doing.start(async () => onChanged(await chooseExam({ subject: visit.subject, visit: visit.visit, exam, why: why.trim() })));
          }}
        >
          <TextLine label="Reason, for the record" value={why} onChange={setWhy} />
          <Button type="submit" isDisabled={doing.busy || !exam || !why.trim()}>
            {exam === proposed && proposed ? "Confirm" : "Take this exam"}
          </Button>
        </form>
      ) : null}
      {doing.error ? <Failure error={doing.error} /> : null}
    </article>
  );
}

function days(n: number | null): string {
  if (n === null) return "not known";
  if (n === 0) return "same day";
  return `${Math.abs(n)} ${Math.abs(n) === 1 ? "day" : "days"} ${n > 0 ? "after" : "before"}`;
}
