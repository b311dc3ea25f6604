// Two locked readings of one lesion side by side, without names, and the decision between them.
import { useEffect, useMemo, useState, type FormEvent } from "react";

import { decideDispute, disputeAddress, openDispute, type DecisionChoice, type Dispute, type DrawnContour } from "../../api";
import { Button } from "../../design/Button";
import { Segments, TextLine, Tick } from "../../design/Field";
import { Failure } from "../../design/Notice";
import { newId, type Point3 } from "../../regions/draft";
import type { Point2 } from "../../regions/ring";
import { strokeOf } from "../stills/stroke";
import type { SeriesFrames } from "../../viewer/frames";
import { framesBelow } from "../reading/case";
import { useActions, type Action } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Link } from "../shell/Link";
import { goTo } from "../shell/place";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { adc, moment } from "../shell/words";
import { Outlines } from "../stills/marks";
import { Still } from "../stills/Still";
import { useLook } from "../stills/useLook";
import { useStacks, type Stacks } from "../stills/useStacks";
import styles from "./Adjudication.module.css";
import { WHY } from "./Adjudications";
import { Facts } from "./Facts";

const CHOICES: readonly { id: DecisionChoice; label: string; keyName: string }[] = [
  { id: "first", label: "First", keyName: "F" },
  { id: "second", label: "Second", keyName: "S" },
  { id: "mean", label: "Both: their mean", keyName: "M" },
  { id: "not-same-lesion", label: "Not the same lesion", keyName: "L" },
  { id: "new", label: "A new drawing", keyName: "N" },
];
const DRAWING: readonly Action[] = [
  { key: "Arrows", name: "Move the cursor by a voxel, with Shift by five (on an image)" },
  { key: "Space", name: "Put a corner of the new drawing (on an image)" },
  { key: "Enter", name: "Close the new drawing (on an image)" },
  { key: "Backspace", name: "Take the last corner back (on an image)" },
];
const NO_SERIES: Dispute["series"] = [];

export default function Adjudication({ id }: { id: string }) {
  const [choice, setChoice] = useState<DecisionChoice | null>(null);
  const [drawn, setDrawn] = useState<DrawnContour | null>(null);
  const [wrong, setWrong] = useState("");
  const answer = useAnswer((signal) => openDispute(id, signal), [id]);
  const dispute = answer.value;
  const fetchFrames = useMemo(() => framesBelow(disputeAddress(id)), [id]);
  const stacks = useStacks(id, dispute?.series ?? NO_SERIES, fetchFrames);
  const decided = Boolean(dispute?.decision);
  useActions([
    ...(decided ? [] : CHOICES.map(({ id: one, label, keyName }) => ({ key: keyName, name: label, run: () => setChoice(one) }))),
    { key: "u", name: "Back to the list", run: () => goTo("/adjudication") },
    ...(choice === "new" ? DRAWING : []),
  ]);
  const take = (contour: DrawnContour | null, said: string) => {
    setDrawn(contour);
    setWrong(said);
  };
  if (answer.error || !dispute || stacks.size === 0) return <Asked title="Two readings" answer={answer} />;
  return (
    <>
      <Title under={why(dispute)}>Two readings</Title>
      <div className={styles["desk"]}>
        <SideBySide dispute={dispute} stacks={stacks} drawn={drawn} onDraw={choice === "new" ? take : undefined} />
        {dispute.decision ? (
          <section className={styles["decide"]} aria-label="The decision">
            <h2>Decided: {CHOICES.find((one) => one.id === dispute.decision?.choice)?.label}</h2>
            <p>{dispute.decision.reason}</p>
            <p className="soft">{moment(dispute.decision.at)}. A decision is final.</p>
            <div>
              <Link to="/adjudication">Back to the list</Link>
            </div>
          </section>
        ) : (
          <Decide id={id} choice={choice} onChoice={setChoice} drawn={choice === "new" ? drawn : null} wrong={wrong} />
        )}
      </div>
    </>
  );
}

function why({ reason, difference }: Dispute): string {
  return difference === null ? WHY[reason] : `${WHY[reason]}: by ${adc(difference)}\u00b710\u207b\u00b3 mm\u00b2/s`;
}

type SideBySideProps = {
  dispute: Dispute;
  stacks: Stacks;
  drawn: DrawnContour | null;
  /** Dragging on an image draws. */
  onDraw: ((contour: DrawnContour | null, wrong: string) => void) | undefined;
};

function SideBySide({ dispute, stacks, drawn, onDraw }: SideBySideProps) {
  const lesion = dispute.first.draft.contours?.[0] ?? dispute.second.draft.contours?.[0];
  const [series, setSeries] = useState(() => lesion?.series ?? dispute.series.find((one) => one.is_record)?.id ?? dispute.series[0]!.id);
  const frames = stacks.get(series) as SeriesFrames;
  const [index, setIndex] = useState(() => (lesion?.points_lps_mm[0] ? frames.nearest(lesion.points_lps_mm[0]) : 0));
  const [both, setBoth] = useState(false);
  const middle = lesion?.points_lps_mm.length ? middleOf(lesion.points_lps_mm) : null;
  const look = useLook(frames, middle);
  const near = () => (look.isWhole && middle ? look.closeUp(middle) : look.whole());
  useEffect(() => void frames.fill(index), [frames]);
  const change = (other: string) => {
    const next = stacks.get(other) as SeriesFrames;
    const plane = frames.planes[index]!;
    setSeries(other);
    setIndex(next.nearest(plane.toLps(plane.centre)));
  };
  const take = (line: Point2[]) => {
    const { ring, wrong } = strokeOf(line);
    if (!ring) return onDraw?.(null, wrong);
    const points_lps_mm = ring.map((point) => [...frames.planes[index]!.toLps(point)] as [number, number, number]);
    const frame = frames.facts.frames[index]!.number;
    onDraw?.({ id: newId(), role: "lesion", series, frame, tool: "freehand", points_lps_mm, holes_lps_mm: [] }, "");
  };
  const sides = [
    { name: "First reading", reading: dispute.first, style: styles["first"], colour: "var(--lamp-strong)" },
    { name: "Second reading", reading: dispute.second, style: styles["second"], colour: "var(--second)" },
  ];
  const at = dispute.series.findIndex((one) => one.id === series);
  useActions([
    { key: "q", name: "Next series", run: () => change(dispute.series[(at + 1) % dispute.series.length]!.id) },
    { key: "b", name: "Both contours on both", run: () => setBoth(!both) },
    { key: "g", name: "Close up on the lesion, or whole", run: near },
    { key: "+ -", name: "Zoom; also the wheel with Ctrl (on an image)" },
    { key: "0", name: "Whole image, its own window (on an image)" },
    { key: "PageUp", name: "Slice before (on an image)" },
    { key: "PageDown", name: "Next slice (on an image)" },
  ]);
  const plane = frames.planes[index];
  const start = plane && middle ? plane.toPlane(middle) : null;
  return (
    <div>
      <div className={styles["bar"]}>
        <Segments
          label="Series"
          hideLabel
          choices={dispute.series.map((one) => ({ id: one.id, label: one.label }))}
          value={series}
          onChange={change}
        />
        <Tick isSelected={both} onChange={setBoth}>
          Both contours on both
        </Tick>
        <Tick isSelected={!look.isWhole} onChange={near}>
          Close up
        </Tick>
        <span className="soft">Right button: window</span>
      </div>
      <div className={styles["pair"]}>
        {sides.map((side) => (
          <section key={side.name} className={`${styles["side"]} ${side.style}`}>
            <h2>{side.name}</h2>
            <Still
              label={`${side.name}: Page Up and Page Down change the slice${onDraw ? "; arrow keys, Space and Enter draw" : ""}`}
              frames={frames}
              index={index}
              look={look}
              onIndex={setIndex}
              start={start}
              {...(onDraw ? { onStroke: take, takesFocus: side === sides[0] } : {})}
            >
              {(plane) => (
                <>
                  {sides
                    .filter((other) => both || other === side)
                    .map((other) => (
                      <Outlines key={other.name} plane={plane} contours={other.reading.draft.contours ?? []} colour={other.colour} />
                    ))}
                  {drawn && onDraw ? <Outlines plane={plane} contours={[drawn]} colour="var(--ink-strong)" /> : null}
                </>
              )}
            </Still>
            <Facts reading={side.reading} shown={dispute.shows_numbers} />
          </section>
        ))}
      </div>
    </div>
  );
}

function middleOf(points: readonly Point3[]): Point3 {
  const mean = (axis: 0 | 1 | 2) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1), mean(2)];
}

type DecideProps = {
  id: string;
  choice: DecisionChoice | null;
  onChoice: (choice: DecisionChoice) => void;
  drawn: DrawnContour | null;
  wrong: string;
};

function Decide({ id, choice, onChoice, drawn, wrong }: DecideProps) {
  const [reason, setReason] = useState("");
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      if (!choice) return;
      await decideDispute(id, choice, reason.trim(), drawn);
      goTo("/adjudication");
    });
  };
  return (
    <form onSubmit={submit} className={styles["decide"]}>
      <Segments label="What counts" choices={CHOICES} value={choice} onChange={onChoice} upright />
      {choice === "new" ? (
        <p className="soft" role="status">
          {wrong
            ? wrong
            : drawn
            ? "Drawn. Another stroke takes its place."
            : "Drag around the lesion on either image. Or arrow keys move the cursor, Space puts a corner, Enter closes."}
        </p>
      ) : null}
      <TextLine label="Why" value={reason} onChange={setReason} lines isRequired />
      {doing.error ? <Failure error={doing.error} /> : null}
      <div>
        <Button kind="main" type="submit" isDisabled={doing.busy || !choice || !reason.trim() || (choice === "new" && !drawn)}>
          Decide
        </Button>
      </div>
    </form>
  );
}
