// The images of the study: the way in, what came, what is missing, the unit and its proof, scanners, every exam.
import { useCallback, useEffect, useState } from "react";

import { lookAtExams, readImages, tryRefusedAgain, type HeldBack, type Images as StudyImages } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { Asked } from "../shell/Asked";
import { Term } from "../shell/Term";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
import { useWork } from "../work/useWork";
import { WorkShown } from "../work/WorkShown";
import { Arrival } from "./Arrival";
import { ExamTable } from "./ExamTable";
import styles from "./Images.module.css";
import { isSending, LOOK, useSending } from "./upload";
import { bs, grouped, LACKS, power, PROOF, PROOF_SAYS } from "./words";

const KINDS = [LOOK, "images.add", "images.try-again"];
const AGAIN_MS = 5000;

export default function Images() {
  const answer = useAnswer(readImages);
  const { value: images, error, again } = answer;
  const [turn, setTurn] = useState(0);
  const sending = useSending();
  const reload = useCallback(() => {
    again();
    setTurn((now) => now + 1);
  }, [again]);
  const works = useWork(KINDS, reload);
  const doing = useDoing();
  const { follow } = works;
  const look = sending?.look ?? null;
  useEffect(() => {
    if (look) follow(look);
  }, [look, follow]);
  const going = isSending(sending) || works.work?.state === "running";
  useEffect(() => {
    if (!going) return undefined;
    const timer = window.setInterval(reload, AGAIN_MS);
    return () => {
      window.clearInterval(timer);
      reload();
    };
  }, [going, reload]);

  if (!images) return <Asked title="Images" answer={answer} />;
  const isFirst = images.n_exams === 0;
  const unseen = images.shows["not-seen"] ?? 0;
  return (
    <>
      <Title
        under={
          isFirst
            ? "Nothing came so far."
            : `${many(images.n_exams, "exam")} of ${many(images.n_subjects, "subject")}, ${grouped(images.stored)} images and objects`
        }
      >
        Images
      </Title>
      <Arrival sending={sending} isFirst={isFirst && !going} mayReadFolder={images.may_read_folder} onWork={follow} />
      <WorkShown followed={works} waiting="Waiting for its turn" />
      {doing.error || error ? <Failure error={doing.error ?? error} /> : null}
      {!going && unseen > 0 ? (
        <p className={styles["unseen"]}>
          {many(unseen, "exam")} came that nobody looked at yet.{" "}
          <Button kind="quiet" isDisabled={doing.busy} onPress={() => void doing.start(async () => follow(await lookAtExams()))}>
            Look now
          </Button>
        </p>
      ) : null}
      {images.received + images.left_alone.length > 0 ? (
        <div className={styles["blocks"]}>
          <Came images={images} />
          <Missing images={images} />
          <Units images={images} />
        </div>
      ) : null}
      {images.quarantine.length ? (
        <Refused held={images.quarantine} onWork={follow} />
      ) : null}
      {images.scanners.length ? <Scanners images={images} /> : null}
      {isFirst ? null : <ExamTable shows={images.shows} turn={turn} hasWorksheet={images.n_rows > 0} />}
    </>
  );
}

function Came({ images }: { images: StudyImages }) {
  return (
    <section className={styles["block"]}>
      <h2>What came</h2>
      <dl className={styles["facts"]}>
        <dt>Received</dt>
        <dd>{grouped(images.received)}</dd>
        <dt>Stored</dt>
        <dd>{grouped(images.stored)}</dd>
        <dt>Known already</dt>
        <dd>{grouped(images.known)}</dd>
        <dt>Refused, kept in quarantine</dt>
        <dd>{grouped(images.refused)}</dd>
      </dl>
      {images.left_alone.length ? (
        <>
          <h3>Left alone</h3>
          <dl className={styles["facts"]}>
            {images.left_alone.map((one) => (
              <Pair key={one.code} words={one.words} count={one.count} />
            ))}
          </dl>
        </>
      ) : null}
    </section>
  );
}

function Missing({ images }: { images: StudyImages }) {
  const links = images.links;
  const lacks = Object.entries(LACKS).filter(([kind]) => images.missing[kind]);
  return (
    <section className={styles["block"]}>
      <h2>What is missing</h2>
      {images.n_rows ? (
        <dl className={styles["facts"]}>
          <Pair words="Matched with the worksheet" count={links["matched"] ?? 0} />
          <Pair words="Awaited: asked for, not come" count={links["awaited"] ?? 0} />
          <Pair words="To be decided by a person" count={links["ambiguous"] ?? 0} />
          <Pair words="Came, but no row asks for them" count={links["unrequested"] ?? 0} />
        </dl>
      ) : (
        <p className="soft">There is no worksheet yet, so nobody can say whose exams have not come.</p>
      )}
      {images.awaited.length ? (
        <details>
          <summary>Awaited subjects</summary>
          <p className={`${styles["codes"]} mono`}>{images.awaited.join(" ")}</p>
        </details>
      ) : null}
      {lacks.length ? (
        <>
          <h3>Exams without</h3>
          <dl className={styles["facts"]}>
            {lacks.map(([kind, words]) => (
              <Pair key={kind} words={words} count={images.missing[kind] ?? 0} />
            ))}
          </dl>
        </>
      ) : null}
    </section>
  );
}

function Units({ images }: { images: StudyImages }) {
  return (
    <section className={styles["block"]}>
      <h2>Unit of the ADC maps</h2>
      {images.unit_proofs.length ? (
        images.unit_proofs.map(({ evidence, n_exams: count, worths, slopes, r }) => (
          <div key={evidence}>
            <p className={styles["unit"]}>
              <strong>
                {grouped(count)} {evidence === "refit" ? <>proved by <Term word="refit">refit</Term></> : PROOF[evidence]}
              </strong>
              {worths.length ? `: 1 stored unit = ${worths.map(power).join(" or ")} mm²/s` : ""}
            </p>
            <p className="soft">{PROOF_SAYS[evidence]}</p>
            {evidence === "refit" && slopes && r !== null ? (
              <p className="soft">
                Slope {slopes[0]!.toFixed(3)} to {slopes[1]!.toFixed(3)}: the map's ADC is that many times the one computed
                again (1: the same). r {r.toFixed(4)} or more: how closely the voxels agree (1: exactly).
              </p>
            ) : null}
          </div>
        ))
      ) : (
        <p className="soft">No exam with an ADC map of the scanner was looked at.</p>
      )}
    </section>
  );
}

const SCANNER = [
  { label: "Scanner" },
  { label: "Field (T)", number: true },
  { label: "Software" },
  { label: "b-values (s/mm²)" },
  { label: "Exams", number: true },
];

function Scanners({ images }: { images: StudyImages }) {
  return (
    <section className={styles["part"]}>
      <h2>Scanners</h2>
      <Table columns={SCANNER}>
        {images.scanners.map((one) => (
          <tr key={[one.vendor, one.model, one.field_strength_t, one.software, one.b_values.join()].join("|")}>
            <th scope="row">{[one.vendor === "other" ? "" : VENDOR[one.vendor] ?? one.vendor, one.model].filter(Boolean).join(" ")}</th>
            <td className="number">{one.field_strength_t ?? "–"}</td>
            <td>{one.software || "–"}</td>
            <td>{bs(one.b_values)}</td>
            <td className="number">{grouped(one.n_exams)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

const VENDOR: Record<string, string> = {
  siemens: "Siemens",
  ge: "GE",
  philips: "Philips",
  uih: "United Imaging",
  canon: "Canon",
  bruker: "Bruker",
};

function Refused({ held, onWork }: { held: HeldBack[]; onWork: (work: Awaited<ReturnType<typeof tryRefusedAgain>>) => void }) {
  const [asks, setAsks] = useState(false);
  const [why, setWhy] = useState("");
  const doing = useDoing();
  const go = () =>
    void doing.start(async () => {
      onWork(await tryRefusedAgain(why));
      setAsks(false);
    });
  return (
    <section className={styles["part"]}>
      <div className={styles["heading"]}>
        <h2>Refused</h2>
        <Button kind="quiet" onPress={() => setAsks(true)}>
          Try them again
        </Button>
      </div>
      <Table columns={[{ label: "Why" }, { label: "What to do" }, { label: "Objects", number: true }]}>
        {held.map((one) => (
          <tr key={one.code}>
            <th scope="row">
              {one.sentence} <span className={`${styles["code"]} mono`}>{one.code}</span>
            </th>
            <td>{one.remedy}</td>
            <td className="number">{grouped(one.n_objects)}</td>
          </tr>
        ))}
      </Table>
      {asks ? (
        <Window title="Try what was refused once more" isOpen onClose={() => setAsks(false)}>
          <form
            className={styles["form"]}
            onSubmit={(event) => {
              event.preventDefault();
              go();
            }}
          >
            <p>For what a newer version reads, or what was put right meanwhile. A rule that still holds is not overruled.</p>
            <TextLine label="Why" value={why} onChange={setWhy} autoFocus isRequired />
            {doing.error ? <Failure error={doing.error} /> : null}
            <div className={styles["deeds"]}>
              <Button type="submit" kind="main" isDisabled={!why.trim() || doing.busy}>
                Try again
              </Button>
              <Button onPress={() => setAsks(false)}>Close</Button>
            </div>
          </form>
        </Window>
      ) : null}
    </section>
  );
}

function Pair({ words, count }: { words: string; count: number }) {
  return (
    <>
      <dt>{words}</dt>
      <dd>{grouped(count)}</dd>
    </>
  );
}
