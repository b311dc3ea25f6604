// A reader's session: how far it is, the next case, and every case by the name that says nothing.
import { useState } from "react";

import { readReading, type ItemState, type Reading } from "../../api";
import { Button } from "../../design/Button";
import { Empty } from "../../design/Notice";
import { PART, partOf, Parts } from "../../design/Parts";
import { Table } from "../../design/Table";
import { Ticks } from "../../design/Ticks";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { goTo } from "../shell/place";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { clock, day } from "../shell/words";
import { Earlier } from "./Earlier";
import styles from "./Worklist.module.css";

const STATES: Record<ItemState, string> = {
  open: "Not begun",
  drafted: "Begun",
  locked: "Locked",
  amending: "Opened again",
};
const CASE = { label: "Case" };
const STATE = { label: "State" };

export function Worklist() {
  const answer = useAnswer(readReading);
  return answer.value && !answer.error ? <ReadingList reading={answer.value} /> : <Asked title="Your cases" answer={answer} />;
}

function ReadingList({ reading }: { reading: Reading }) {
  const { session, items, next } = reading;
  const at = items.findIndex((one) => one.item === next);
  const [from, setFrom] = useState(() => partOf(at));
  useActions(next ? [{ key: "Enter", name: "Read the next case", run: () => goTo(`/read/${next}`) }] : []);

  const title = session.of > 1 ? `Session ${session.number} of ${session.of}` : "Your cases";
  if (session.opens_at) {
    return (
      <>
        <Title>{title}</Title>
        <Empty title={`Opens on ${day(session.opens_at)} at ${clock(session.opens_at)}`}>
          <p>The time between two sessions lets you forget the first. There is nothing to do until then.</p>
        </Empty>
        <Earlier items={reading.earlier} />
      </>
    );
  }
  if (items.length === 0) {
    return (
      <>
        <Title>{title}</Title>
        <Empty title="There is nothing to read yet">
          <p>Cases stand here once the coordinator has started the reading.</p>
        </Empty>
      </>
    );
  }
  const following = items[at];
  const hasTraining = items.some((one) => one.kind === "training");
  return (
    <>
      <Title under={guidance(reading)}>{title}</Title>
      <div className={styles["halves"]}>
        <section className={styles["now"]} aria-label="Progress">
          <p className={styles["count"]}>
            {reading.done} <span>of {reading.total} locked</span>
          </p>
          <Ticks label={`${reading.done} of ${reading.total} locked`} states={items.map((one) => one.state)} next={at} />
          {following ? (
            <Button kind="main" large onPress={() => goTo(`/read/${following.item}`)}>
              {following.state === "open" ? "Read" : "Go on with"} {following.label} <kbd>Enter</kbd>
            </Button>
          ) : (
            <p>Every case of this session is locked. Thank you.</p>
          )}
        </section>
        <div>
          <Table columns={hasTraining ? [CASE, { label: "Kind" }, STATE] : [CASE, STATE]}>
            {items.slice(from, from + PART).map((one) => (
              <tr key={one.item} className={one.item === next ? styles["next"] : undefined}>
                <th scope="row">
                  <Link to={`/read/${one.item}`}>{one.label}</Link>
                </th>
                {hasTraining ? <td className="soft">{one.kind === "training" ? "Training" : ""}</td> : null}
                <td>
                  <span className={`${styles["state"]} ${styles[one.state] ?? ""}`}>{STATES[one.state]}</span>
                </td>
              </tr>
            ))}
          </Table>
          <Parts label="Parts of the list" from={from} total={items.length} onFrom={setFrom} />
        </div>
      </div>
      <Earlier items={reading.earlier} />
    </>
  );
}

/** Said where cases come back: a locked case that shows nothing looks like one that was lost. */
export const COMES_BACK = "Outline and numbers come back when all your cases are locked, because some return.";

export function guidance({ show_numbers: shown, hides_locked }: Pick<Reading, "show_numbers" | "hides_locked">): string {
  if (hides_locked) return shown === "live" ? `Numbers are shown while you draw. ${COMES_BACK}` : COMES_BACK;
  if (shown === "live") return "Numbers are shown while you draw.";
  if (shown === "after_lock") return "Numbers are shown once you have locked a case.";
  return "Numbers are not shown to readers of this study.";
}
