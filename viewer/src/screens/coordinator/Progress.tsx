// How far every reader is. Counts and times, no numbers of record and nothing of the drawings.
import { readProgress, type ReaderProgress } from "../../api";
import { Empty, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { day, many, moment } from "../shell/words";
import styles from "./Coordinator.module.css";
import { giving } from "./NewLesions";

const COLUMNS = [
  { label: "Reader" },
  { label: "Session" },
  { label: "Locked" },
  { label: "Locked of all", number: true },
  { label: "Begun", number: true },
  { label: "Cannot assess", number: true },
  { label: "Amended", number: true },
  { label: "Minutes a case, median", number: true },
  { label: "Next session" },
];

/** Why somebody who reads too is told of nobody else. */
export const OWN_ONLY =
  "You read in this study: until every reading is locked you are told of your own cases only, so that nothing tells how others read.";

export default function Progress() {
  const answer = useAnswer(readProgress);
  const progress = answer.value;
  if (answer.error || !progress) return <Asked title="Progress" answer={answer} />;
  if (!progress.started_at) {
    return (
      <>
        <Title>Progress</Title>
        <Empty title="The reading has not begun">
          <p>
            Place the <Link to="/pointers">pointers</Link>, then begin from the <Link to="/design">design</Link>.
          </p>
        </Empty>
      </>
    );
  }
  const { n_adjudication_open: open, n_adjudicated: decided } = progress;
  return (
    <>
      <Title under={`Began ${moment(progress.started_at)}. ${progress.all_locked ? "Every case that was given is locked." : ""}`}>
        Progress
      </Title>
      <Table columns={COLUMNS}>
        {progress.readers.map((reader) => (
          <tr key={reader.reader}>
            <th scope="row">{reader.reader}</th>
            <td>
              {reader.session} of {reader.n_sessions}
            </td>
            <td>
              <Bar reader={reader} />
            </td>
            <td className="number">
              {reader.n_done} / {reader.n_total}
            </td>
            <td className="number">{reader.n_drafted}</td>
            <td className="number">{reader.n_cannot_assess}</td>
            <td className="number">{reader.n_amended}</td>
            <td className="number">{reader.median_minutes === null ? "–" : reader.median_minutes.toFixed(1)}</td>
            <td>{reader.opens_at ? day(reader.opens_at) : ""}</td>
          </tr>
        ))}
      </Table>
      {progress.late.ready.length > 0 && !progress.late.too_late ? (
        <Notice>
          <p>
            {many(progress.late.ready.length, "lesion")} more could be read, and no reader has{" "}
            {progress.late.ready.length === 1 ? "it" : "them"}: <Link to="/design">{giving(progress.late.ready.length)}</Link>
          </p>
        </Notice>
      ) : null}
      <section className={styles["block"]} style={{ marginTop: "var(--s8)" }}>
        <h2>Where readers differ</h2>
        <p>
          {open === null || decided === null ? (
            OWN_ONLY
          ) : open + decided === 0 ? (
            "Nothing to decide so far."
          ) : (
            <>
              {many(open, "case")} to decide, {decided} decided.{" "}
              <Link to="/adjudication">Open the list</Link>
            </>
          )}
        </p>
      </section>
    </>
  );
}

function Bar({ reader }: { reader: ReaderProgress }) {
  const share = (count: number) => `${(100 * count) / Math.max(1, reader.n_total)}%`;
  return (
    <div className={styles["bar"]} aria-hidden="true">
      <span className={styles["begun"]} style={{ width: share(reader.n_done + reader.n_drafted) }} />
      <span style={{ width: share(reader.n_done) }} />
    </div>
  );
}
