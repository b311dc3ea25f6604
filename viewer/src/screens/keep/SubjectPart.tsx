// A subject who leaves the study, and an exam that came under the wrong one: looked up first, then asked for twice.
import { useState, type FormEvent } from "react";

import { findSubject, moveExam, readSubject, withdrawSubject, type SubjectBelongings, type Withdrawn } from "../../api";
import { Button } from "../../design/Button";
import { Segments, TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
import { useWork } from "../work/useWork";
import { WorkShown } from "../work/WorkShown";
import styles from "./Keep.module.css";

type Act = { kind: "withdraw" } | { kind: "move"; exam: string };

export function SubjectPart() {
  const [code, setCode] = useState("");
  const [subject, setSubject] = useState<SubjectBelongings | null>(null);
  const [act, setAct] = useState<Act | null>(null);
  const [gone, setGone] = useState<Withdrawn | null>(null);
  const [moved, setMoved] = useState<Record<string, unknown> | null>(null);
  const doing = useDoing();
  const followed = useWork(["move"], (work) => setMoved(work.answer ?? null));
  const look = (event: FormEvent) => {
    event.preventDefault();
    setGone(null);
    setMoved(null);
    void doing.start(async () => {
      const found = await findSubject(code.trim());
      setCode(found.subject);
      setSubject(await readSubject(found.subject));
    });
  };
  const close = () => {
    setAct(null);
    setSubject(null);
    setCode("");
  };
  return (
    <section className={styles["wide"]} aria-labelledby="subject">
      <h2 id="subject">A subject leaves, or an exam is another's</h2>
      <form className={styles["line"]} onSubmit={look}>
        <TextLine
          label="Code or hospital number of the subject"
          value={code}
          onChange={(typed) => {
            setCode(typed);
            setSubject(null);
            doing.clear();
          }}
          hint="A hospital number turns into its code; the log says who looked one up. Names are not known."
        />
        <Button type="submit" isDisabled={doing.busy || !code.trim()}>
          Look up
        </Button>
      </form>
      {doing.error ? <Failure error={doing.error} /> : null}
      <WorkShown followed={followed} waiting="Moving the exam" />
      {moved ? (
        <Notice good>
          <p>
            {many(Number(moved["objects"]), "image")} are {String(moved["after"])}’s now; they were {String(moved["before"])}’s.
            What was drawn on them does not count any more: draw it again under the right subject.
          </p>
        </Notice>
      ) : null}
      {gone ? <Gone gone={gone} /> : null}
      {subject ? <Belongings subject={subject} onAct={setAct} /> : null}
      {subject && act?.kind === "withdraw" ? (
        <WithdrawWindow
          subject={subject}
          onClose={() => setAct(null)}
          onDone={(done) => {
            setGone(done);
            close();
          }}
        />
      ) : null}
      {subject && act?.kind === "move" ? (
        <MoveWindow
          exam={act.exam}
          onClose={() => setAct(null)}
          onMove={async (moving) => {
            followed.follow(await moveExam(moving));
            close();
          }}
        />
      ) : null}
    </section>
  );
}

function Belongings({ subject, onAct }: { subject: SubjectBelongings; onAct: (act: Act) => void }) {
  return (
    <div className={styles["card"]}>
      <h3 className="mono">{subject.subject}</h3>
      <p>
        {many(subject.n_objects, "image")} in {many(subject.exams.length, "exam")}; {many(subject.n_readings, "reading")},{" "}
        {subject.n_locked} of them locked; {many(subject.n_measurements, "measurement")};{" "}
        {many(subject.analyses.length, "analysis", "analyses")} made with it.
      </p>
      {subject.withdrawn ? <p>{subject.withdrawn === "erased" ? "Erased: this is its tombstone." : "Withdrawn: no longer used."}</p> : null}
      <ul className={styles["exams"]}>
        {subject.exams.map((exam) => (
          <li key={exam.study_instance_uid}>
            <span className="mono">{exam.study_instance_uid}</span>
            <span className="soft">
              {many(exam.n_series, "series", "series")}, {many(exam.n_objects, "image")}
            </span>
            <Button kind="quiet" isDisabled={Boolean(subject.withdrawn)} onPress={() => onAct({ kind: "move", exam: exam.study_instance_uid })}>
              This exam is another’s
            </Button>
          </li>
        ))}
      </ul>
      <div>
        <Button isDisabled={subject.withdrawn === "erased"} onPress={() => onAct({ kind: "withdraw" })}>
          Withdraw the subject
        </Button>
      </div>
    </div>
  );
}

type WithdrawProps = { subject: SubjectBelongings; onClose: () => void; onDone: (done: Withdrawn) => void };

function WithdrawWindow({ subject, onClose, onDone }: WithdrawProps) {
  const [extent, setExtent] = useState<"stopped" | "erased">(subject.withdrawn ? "erased" : "stopped");
  const [confirmed, setConfirmed] = useState("");
  const [why, setWhy] = useState("");
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => onDone(await withdrawSubject({ subject: subject.subject, confirmed, why, extent })));
  };
  return (
    <Window title={`Withdraw ${subject.subject}`} isOpen onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <Segments
          label="How far"
          upright
          value={extent}
          onChange={setExtent}
          choices={[
            ...(subject.withdrawn ? [] : [{ id: "stopped" as const, label: "Use it no more; its data stay" }]),
            { id: "erased", label: "Erase all there is of it, for good" },
          ]}
        />
        <p className="soft">
          {extent === "erased"
            ? "Images, drawings, numbers, its name and the results made with it are taken away; the code, the date and the reason stay. Nothing brings them back. Backups and exports that hold it are named afterwards."
            : "From the next results on it counts as withdrawn. It can be erased later."}
        </p>
        <TextLine label="Why" value={why} onChange={setWhy} lines isRequired hint="For the record. Name nobody." />
        <TextLine label="Its code once more" value={confirmed} onChange={setConfirmed} isRequired />
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["row"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || confirmed.trim() !== subject.subject || !why.trim()}>
            {extent === "erased" ? "Erase it" : "Withdraw it"}
          </Button>
          <Button onPress={onClose}>Leave it</Button>
        </div>
      </form>
    </Window>
  );
}

type Moving = { exam: string; to: string; confirmed: string; why: string };

function MoveWindow({ exam, onClose, onMove }: { exam: string; onClose: () => void; onMove: (moving: Moving) => Promise<void> }) {
  const [to, setTo] = useState("");
  const [confirmed, setConfirmed] = useState("");
  const [why, setWhy] = useState("");
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(() => onMove({ exam, to: to.trim(), confirmed, why }));
  };
  return (
    <Window title="This exam is another’s" isOpen onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <p>
          Its images are written anew under the right code. Readings of it stay and are marked; drawings on it no longer
          count.
        </p>
        <TextLine label="Code of the subject whose it is" value={to} onChange={setTo} isRequired autoFocus />
        <TextLine label="That code once more" value={confirmed} onChange={setConfirmed} isRequired />
        <TextLine label="Why" value={why} onChange={setWhy} lines isRequired hint="For the record. Name nobody." />
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["row"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !to.trim() || confirmed.trim() !== to.trim() || !why.trim()}>
            Give it to that subject
          </Button>
          <Button onPress={onClose}>Leave it</Button>
        </div>
      </form>
    </Window>
  );
}

function Gone({ gone }: { gone: Withdrawn }) {
  const still = [
    ...gone.backups.map((file) => `a backup, ${file}`),
    ...gone.exports.map((one) => `what was written outside the study at ${one}`),
    ...gone.own_files.map((file) => `a file of yours in the study's folder, ${file}`),
  ];
  return (
    <Notice good>
      <p>
        {gone.subject} {gone.extent === "erased" ? "was erased" : "is no longer used"}.
        {gone.analyses.length > 0 ? ` Results made with it: ${gone.analyses.join(", ")}. Make them again.` : ""}
      </p>
      {still.length > 0 ? <p>What may still hold it: {still.join("; ")}.</p> : null}
    </Notice>
  );
}
