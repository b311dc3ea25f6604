// What is drawn: every region and ruler by name; one pressed is selected and comes into view.
import { middleOf, type Point3 } from "../../regions/draft";
import { ROLE_COLOURS } from "./panes/overlay";
import type { Reading } from "./state/reading";
import styles from "./reading.module.css";

export function DrawnPart({ reading }: { reading: Reading }) {
  const { draft, open, numbers } = reading;
  if (draft.contours.length === 0 && draft.rulers.length === 0) return null;
  const label = (series: string) => open.facts.series.find((one) => one.id === series)?.label ?? series;
  const length = (id: string) => {
    const mm = numbers?.rulers.find((one) => one.id === id)?.mm;
    return mm === undefined ? "" : `${mm.toFixed(1)} mm`;
  };
  return (
    <section aria-label="Drawn">
      <h2 className={styles["partTitle"]}>Drawn</h2>
      <ul className={styles["drawn"]}>
        {draft.contours.map(({ id, role, series, frame, tool, points_lps_mm }) => (
          <Row key={id} reading={reading} id={id} place={middleOf(points_lps_mm)} colour={ROLE_COLOURS[role]} name={role}>
            {label(series)}, slice {frame}
            {tool === "interpolated" ? ", filled" : ""}
          </Row>
        ))}
        {draft.rulers.map(({ id, axis, from_lps_mm, to_lps_mm }) => (
          <Row key={id} reading={reading} id={id} place={middleOf([from_lps_mm, to_lps_mm])} colour="#f2f2f2" name={`${axis} axis`}>
            {length(id)}
          </Row>
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly reading: Reading;
  readonly id: string;
  readonly place: Point3;
  readonly colour: string;
  readonly name: string;
  readonly children: React.ReactNode;
}

function Row({ reading, id, place, colour, name, children }: RowProps) {
  const isSelected = id === reading.selected;
  const show = () => {
    reading.select(id);
    reading.board.goTo(place);
  };
  return (
    <li>
      <button type="button" aria-pressed={isSelected} onClick={show}>
        <i style={{ background: colour }} aria-hidden="true" />
        {name}
        <span>{children}</span>
      </button>
      {isSelected && reading.isOpen ? (
        <button
          type="button"
          className={styles["remove"]}
          aria-label={`Remove the ${name}`}
          title="Remove (Delete)"
          onClick={() => reading.remove()}
        >
          ×
        </button>
      ) : null}
    </li>
  );
}
