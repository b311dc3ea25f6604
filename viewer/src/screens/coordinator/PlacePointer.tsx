// One lesion's exam, and the cross that a coordinator puts on it by mouse or keys.
import { useEffect, useMemo, useState } from "react";

import { lesionAddress, openLesion, placePointer, type Lesion, type LesionCase } from "../../api";
import { Button } from "../../design/Button";
import { Segments, TextLine } from "../../design/Field";
import { Failure, Waiting } from "../../design/Notice";
import type { Point3 } from "../../regions/draft";
import type { SeriesFrames } from "../../viewer/frames";
import { framesBelow } from "../reading/case";
import { useActions } from "../shell/actions";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { Cross } from "../stills/marks";
import { Still } from "../stills/Still";
import { useLook } from "../stills/useLook";
import { useStacks, type Stacks } from "../stills/useStacks";
import styles from "./Pointers.module.css";

type Props = {
  lesion: Lesion;
  /** Somebody chose this lesion: the arrow keys are its image's at once. */
  takesFocus: boolean;
  onDone: (lesion: Lesion, organ: string) => void;
};

export function PlacePointer({ lesion, takesFocus, onDone }: Props) {
  const address = lesionAddress(lesion.key);
  const { value: shown, error } = useAnswer((signal) => openLesion(lesion.key, signal), [lesion.key]);
  const fetchFrames = useMemo(() => framesBelow(address), [address]);
  const stacks = useStacks(address, shown?.series ?? NO_SERIES, fetchFrames);
  if (error) return <Failure error={error} />;
  if (!shown || stacks.size === 0) return <Waiting />;
  return <Placing lesion={lesion} shown={shown} stacks={stacks} takesFocus={takesFocus} onDone={onDone} />;
}

const NO_SERIES: LesionCase["series"] = [];

type PlacingProps = Props & { shown: LesionCase; stacks: Stacks };

function Placing({ lesion, shown, stacks, takesFocus, onDone }: PlacingProps) {
  const [series, setSeries] = useState(shown.pointer?.series ?? startOf(shown));
  const [pointer, setPointer] = useState(shown.pointer);
  const [organ, setOrgan] = useState(shown.organ || lesion.organ);
  const frames = stacks.get(series) as SeriesFrames;
  const [index, setIndex] = useState(() => (pointer ? frames.nearest(pointer.point_lps_mm) : Math.floor(frames.count / 2)));
  const look = useLook(frames, null);
  const doing = useDoing();
  useEffect(() => void frames.fill(index), [frames]);

  const change = (id: string) => {
    const other = stacks.get(id) as SeriesFrames;
    const here = pointer?.point_lps_mm ?? frames.planes[index]!.toLps(frames.planes[index]!.centre);
    setSeries(id);
    setIndex(other.nearest(here));
  };
  const put = (point: Point3, at: number) => {
    setIndex(at);
    setPointer({ series, frame: frames.facts.frames[at]!.number, point_lps_mm: [...point] });
  };
  const step = (columns: number, rows: number) => {
    const plane = frames.planes[index]!;
    const [u, v] = pointer ? plane.toPlane(pointer.point_lps_mm) : plane.centre;
    put(plane.toLps(plane.clamp([u + columns * plane.spacing[0], v + rows * plane.spacing[1]])), index);
  };
  const save = () =>
    void doing.start(async () => {
      if (!pointer) return;
      await placePointer(lesion.key, { ...pointer, organ: organ.trim() });
      onDone(lesion, organ.trim());
    });
  const at = shown.series.findIndex((one) => one.id === series);
  useActions([
    { key: "q", name: "Next series", run: () => change(shown.series[(at + 1) % shown.series.length]!.id) },
    { key: "Arrows", name: "Move the cross by a voxel (on the image)" },
    { key: "+ -", name: "Zoom; also the wheel with Ctrl (on the image)" },
    { key: "0", name: "Whole image, its own window (on the image)" },
    { key: "PageUp", name: "Slice before (on the image)" },
    { key: "PageDown", name: "Next slice (on the image)" },
    { key: "Enter", name: "Place the pointer (on the image)" },
  ]);
  return (
    <section className={styles["work"]} aria-label={`Pointer of ${lesion.key}`}>
      <div className={styles["bar"]}>
        <Segments
          label="Series"
          hideLabel
          choices={shown.series.map((one) => ({ id: one.id, label: one.label }))}
          value={series}
          onChange={change}
        />
        <span className="soft">
          Click the lesion; wheel: slice, with <kbd>Ctrl</kbd>: zoom; right button: window. Or <kbd>← ↑ ↓ →</kbd> the cross, <kbd>Page Up</kbd> <kbd>Page Down</kbd> the slice,{" "}
          <kbd>Enter</kbd> places it.
        </span>
      </div>
      <Still
        label={`${lesion.key}: arrow keys move the cross, Page Up and Page Down change the slice, Enter places the pointer`}
        frames={frames}
        index={index}
        look={look}
        onIndex={setIndex}
        onPoint={(place) => put(frames.planes[index]!.toLps(place), index)}
        onStep={step}
        onEnter={save}
        takesFocus={takesFocus}
      >
        {(plane) => (
          <>
            {shown.others.map((other) => (
              <Cross key={other.key} plane={plane} point={other.point_lps_mm} name={other.key} />
            ))}
            {pointer ? <Cross plane={plane} point={pointer.point_lps_mm} /> : null}
          </>
        )}
      </Still>
      <form
        className={styles["bar"]}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextLine label="Organ, as readers see it" value={organ} onChange={setOrgan} />
        {doing.error ? <Failure error={doing.error} /> : null}
        <Button kind="main" type="submit" isDisabled={!pointer || doing.busy}>
          Place the pointer
        </Button>
      </form>
    </section>
  );
}

/** Where a lesion is seen best: the high b-value, or whatever comes first. */
function startOf(shown: LesionCase): string {
  return (shown.series.find((one) => one.role === "dwi") ?? shown.series[0])?.id ?? "";
}
