// What the server measured, where the protocol shows it; after a training case, how it compares with the reference.
import { adcRange, adcUnit, adcWords, areaWords } from "./amounts";
import { Term } from "../shell/Term";
import { COMES_BACK } from "../worklist/Worklist";
import type { Feedback, Numbers, RegionNumbers } from "./case";
import type { Reading } from "./state/reading";
import styles from "./reading.module.css";

export function NumbersPart({ reading }: { reading: Reading }) {
  const { numbers, measuring, isOpen, feedback } = reading;
  const shows = reading.open.facts.show_numbers;
  const rows = numbers?.numbers ?? [];
  const isHidden = reading.open.facts.state === "locked" && reading.open.facts.kind === "read" && reading.list.hides_locked;
  return (
    <section aria-label="Numbers" className={styles["numbers"]} aria-busy={measuring}>
      {rows.length > 0 ? (
        rows.map((row) => <OneRegion key={`${row.region}${row.map}`} row={row} />)
      ) : (
        <p className="soft">{isHidden ? COMES_BACK : emptyWords(shows, isOpen, reading.draft.contours.length > 0, numbers)}</p>
      )}
      {numbers?.at_least_1_cm === null || numbers?.at_least_1_cm === undefined ? null : (
        <p>Long axis {numbers.at_least_1_cm ? "at least 1 cm" : "under 1 cm"}</p>
      )}
      {feedback ? <TrainingFeedback feedback={feedback} /> : null}
    </section>
  );
}

function emptyWords(shows: string, isOpen: boolean, drawn: boolean, numbers: Numbers | null): string {
  if (isOpen && shows === "after_lock") return "Numbers are shown once the reading is locked.";
  if (shows !== "live" && !(shows === "after_lock" && numbers)) return "This study does not show numbers to its readers.";
  return drawn ? "No number: see below why." : "Draw the lesion: its numbers appear here.";
}

function OneRegion({ row }: { row: RegionNumbers }) {
  return (
    <table className={row.is_record ? styles["record"] : styles["beside"]}>
      <caption>
        {row.region === "lesion" ? "Lesion" : "Reference"} · {row.map}
        {row.is_record ? (
          <>
            , <Term word="map of record">of record</Term>
          </>
        ) : null}
      </caption>
      <tbody>
        <tr>
          <th scope="row">Mean</th>
          <td data-number={row.is_record && row.region === "lesion" ? "mean" : undefined}>{adcWords(row.mean)}</td>
          <td className={styles["band"]}>{adcRange(row.band.mean)}</td>
        </tr>
        <tr>
          <th scope="row">Minimum</th>
          <td data-number={row.is_record && row.region === "lesion" ? "minimum" : undefined}>{adcWords(row.minimum)}</td>
          <td className={styles["band"]}>{adcRange(row.band.minimum)}</td>
        </tr>
        <tr>
          <th scope="row">Area</th>
          <td>{areaWords(row.area_mm2)}</td>
          <td className={styles["band"]}>{row.n_voxels} voxels</td>
        </tr>
      </tbody>
      {row.is_record ? (
        <tfoot>
          <tr>
            <td colSpan={3}>{adcUnit}; right: the range under other voxel rules</td>
          </tr>
        </tfoot>
      ) : null}
    </table>
  );
}

function TrainingFeedback({ feedback }: { feedback: Feedback }) {
  const parts = [
    ["Your mean", feedback.reader],
    ["Reference mean", feedback.reference],
    ["Difference", feedback.difference],
  ] as const;
  return (
    <section className={styles["feedback"]} aria-label="Training feedback">
      <h2>Training</h2>
      <dl>
        {parts.map(([name, value]) =>
          typeof value === "number" ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{adcWords(value)}</dd>
            </div>
          ) : null,
        )}
        {typeof feedback.overlap === "number" ? (
          <div>
            <dt>Overlap</dt>
            <dd>{Math.round(100 * feedback.overlap)} %</dd>
          </div>
        ) : null}
      </dl>
      <p className="soft">The reference is drawn dashed on the images.</p>
    </section>
  );
}
