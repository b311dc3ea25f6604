// One image on the page: the stage's pane below, the drawing above, and what must be known about it in the corners.
import { useEffect, useLayoutEffect, useRef } from "react";

import { dot, type Plane } from "../../../regions/plane";
import type { Point2 } from "../../../regions/ring";
import type { Stage } from "../../../viewer/stage";
import { shownValue, unitWords, windowWords } from "../amounts";
import type { Board } from "../state/board";
import type { Shown } from "../state/shown";
import styles from "./panes.module.css";

/** What the page does with the pointer; a coordinator's page only points, a reader's draws. */
export interface PaneActions {
  readonly paint: (at: number, canvas: HTMLCanvasElement) => void;
  readonly press: (at: number, point: Point2, event: PointerEvent) => void;
  readonly drag: (at: number, point: Point2, event: PointerEvent) => void;
  readonly release: (at: number, point: Point2, event: PointerEvent) => void;
  readonly double?: (at: number) => void;
}

interface Props {
  readonly at: number;
  readonly board: Board;
  readonly stage: Stage;
  readonly version: number;
  readonly actions: PaneActions;
}

export function PaneView({ at, board, stage, version, actions }: Props) {
  const image = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLCanvasElement>(null);
  const shown = board.shown[at] ?? null;
  const plane = board.planeOf(at);

  useEffect(() => {
    const pane = stage.pane(image.current!);
    board.attach(at, pane);
    return () => board.attach(at, null);
  }, [at, board, stage]);
  useLayoutEffect(() => actions.paint(at, sheet.current!), [actions, at, version]);
  useMouse(sheet, at, board, actions);

  const hidden = board.maximised !== null && board.maximised !== at;
  const names = [styles["pane"], board.active === at ? styles["active"] : "", hidden ? styles["hidden"] : ""];
  return (
    <section className={names.filter(Boolean).join(" ")} aria-label={shown?.series.label ?? "No image"} data-pane={at} data-ready={shown?.ready ?? true}>
      <div ref={image} className={styles["image"]} />
      <canvas ref={sheet} className={styles["sheet"]} />
      {shown && plane ? <Corners shown={shown} plane={plane} board={board} /> : <p className={styles["none"]}>No such series</p>}
    </section>
  );
}

function Corners({ shown, plane, board }: { shown: Shown; plane: Plane; board: Board }) {
  const { series, frames, index, window } = shown;
  const edges = edgeLetters(plane);
  return (
    <div className={styles["corners"]}>
      <p className={styles["topLeft"]}>
        <strong>{series.label}</strong>
        {series.is_record ? <span> · map of record</span> : null}
        {series.b_value === null || series.label.includes(`${series.b_value}`) ? null : <span> · b {series.b_value} s/mm²</span>}
        {unitWords(series) ? <span className={styles["fine"]}>{unitWords(series)}</span> : null}
        {series.fit ? <span className={styles["fine"]}>{series.fit}</span> : null}
      </p>
      <p className={styles["topRight"]}>
        {index + 1}/{frames.count}
        {shown.away ? <span className={styles["away"]}>no slice here</span> : null}
        {series.linked ? null : <span className={styles["away"]}>place not linked</span>}
      </p>
      <p className={styles["bottomLeft"]}>{valueAtCursor(shown, plane, board)}</p>
      <p className={styles["bottomRight"]}>
        {windowWords(series, window)}
      </p>
      <span className={styles["left"]}>{edges.left}</span>
      <span className={styles["right"]}>{edges.right}</span>
      <span className={styles["top"]}>{edges.top}</span>
      <span className={styles["bottom"]}>{edges.bottom}</span>
      {shown.ready ? null : <span className={styles["loading"]}>loading …</span>}
    </div>
  );
}

function valueAtCursor({ frames, index, series }: Shown, plane: Plane, board: Board): string {
  const { cursor } = board;
  if (!cursor || Math.abs(plane.distance(cursor)) > plane.reach) return "";
  const [column, row] = plane.toPixel(plane.toPlane(cursor)).map(Math.round) as [number, number];
  if (row < 0 || column < 0 || row >= plane.rows || column >= plane.columns || !frames.has(index)) return "";
  const value = frames.value(index, row, column);
  return value === null ? "not estimated" : shownValue(series, value);
}

/** The patient's side at each edge of the image. */
function edgeLetters(plane: Plane): Record<"left" | "right" | "top" | "bottom", string> {
  const axes = [
    [[1, 0, 0], "L", "R"],
    [[0, 1, 0], "P", "A"],
    [[0, 0, 1], "S", "I"],
  ] as const;
  const letters = (direction: Plane["right"], sign: 1 | -1) =>
    axes
      .map(([axis, plus, minus]) => ({ part: sign * dot(direction, axis), plus, minus }))
      .filter(({ part }) => Math.abs(part) > 0.35)
      .sort((a, b) => Math.abs(b.part) - Math.abs(a.part))
      .map(({ part, plus, minus }) => (part > 0 ? plus : minus))
      .join("");
  return {
    left: letters(plane.right, -1),
    right: letters(plane.right, 1),
    top: letters(plane.down, -1),
    bottom: letters(plane.down, 1),
  };
}

/** Left draws, right windows, middle or Alt pans, the wheel turns slices, with Ctrl it zooms. */
function useMouse(sheet: React.RefObject<HTMLCanvasElement | null>, at: number, board: Board, actions: PaneActions): void {
  useEffect(() => {
    const canvas = sheet.current!;
    let drag: "tool" | "window" | "pan" | null = null;
    let last: Point2 = [0, 0];
    let turned = 0;
    const pointOf = (event: MouseEvent): Point2 | null => {
      const shown = board.shown[at];
      const box = canvas.getBoundingClientRect();
      if (!shown) return null;
      const { centre, scale } = shown.view;
      return [
        centre[0] + (event.clientX - box.left - box.width / 2) * scale,
        centre[1] + (event.clientY - box.top - box.height / 2) * scale,
      ];
    };
    const hover = (point: Point2) => {
      const plane = board.planeOf(at);
      if (plane) board.setCursor(plane.toLps(point));
    };
    const down = (event: PointerEvent) => {
      const point = pointOf(event);
      if (!point || drag) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      board.activate(at);
      last = [event.clientX, event.clientY];
      drag = event.button === 2 ? "window" : event.button === 1 || event.altKey ? "pan" : "tool";
      if (drag === "tool") actions.press(at, point, event);
    };
    const move = (event: PointerEvent) => {
      const by: Point2 = [event.clientX - last[0], event.clientY - last[1]];
      last = [event.clientX, event.clientY];
      if (drag === "window") return board.windowBy(at, by);
      if (drag === "pan") return board.pan(at, by);
      const passed = event.getCoalescedEvents?.() ?? [];
      for (const one of passed.length > 0 ? passed : [event]) {
        const point = pointOf(one);
        if (point) actions.drag(at, point, one);
      }
      const point = pointOf(event);
      if (point) hover(point);
    };
    const up = (event: PointerEvent) => {
      const point = pointOf(event);
      if (drag === "tool" && point) actions.release(at, point, event);
      drag = null;
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      if (drag === "tool") return; // a stroke stays on its slice
      if (event.ctrlKey) {
        board.zoom(at, Math.exp(-event.deltaY / 400), pointOf(event) ?? undefined);
        return;
      }
      turned += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : 40 * event.deltaY;
      const steps = Math.trunc(turned / 40);
      if (steps === 0) return;
      turned -= 40 * steps;
      board.scroll(at, Math.sign(steps));
    };
    const menu = (event: Event) => event.preventDefault();
    const double = () => actions.double?.(at);
    canvas.addEventListener("pointerdown", down);
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", up);
    canvas.addEventListener("wheel", wheel, { passive: false });
    canvas.addEventListener("contextmenu", menu);
    canvas.addEventListener("dblclick", double);
    return () => {
      canvas.removeEventListener("pointerdown", down);
      canvas.removeEventListener("pointermove", move);
      canvas.removeEventListener("pointerup", up);
      canvas.removeEventListener("pointercancel", up);
      canvas.removeEventListener("wheel", wheel);
      canvas.removeEventListener("contextmenu", menu);
      canvas.removeEventListener("dblclick", double);
    };
  }, [sheet, at, board, actions]);
}
