// One frame of a series with what is drawn over it. Wheel and Page keys go through the slices; a click or the arrow
// keys say a point; dragging, or a line by keys, draws. Measures nothing.
import { useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";

import type { Plane } from "../../regions/plane";
import type { Point2 } from "../../regions/ring";
import type { Pixels, SeriesFrames } from "../../viewer/frames";
import type { Window } from "../../viewer/shades";
import { paint } from "./paint";
import styles from "./Still.module.css";
import { useLineByKeys } from "./useLineByKeys";

type Props = {
  label: string;
  frames: SeriesFrames;
  index: number;
  window: Window;
  onIndex: (index: number) => void;
  /** A point in the plane, mm; by mouse, or by arrow keys as a step in voxels from where it was. */
  onPoint?: (place: Point2) => void;
  onStep?: (columns: number, rows: number) => void;
  onEnter?: () => void;
  /** A line that was dragged or drawn by keys, in mm of the plane. */
  onStroke?: (line: Point2[]) => void;
  /** Where a line by keys begins. */
  start?: Point2 | null;
  takesFocus?: boolean;
  /** Drawn in mm of the plane. */
  children: (plane: Plane) => ReactNode;
};

export function Still(props: Props) {
  const { label, frames, index, window, onIndex, onPoint, onStep, onEnter, onStroke, start = null, takesFocus, children } = props;
  const pixels = useFrame(frames, index);
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [line, setLine] = useState<Point2[] | null>(null);
  const plane = frames.planes[index];
  const byKeys = useLineByKeys(plane, start, onStroke);
  useEffect(() => {
    if (takesFocus) place.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  useEffect(() => {
    if (pixels && canvas.current) paint(canvas.current, frames.facts, pixels, window);
  }, [frames, pixels, window]);
  const last = frames.count - 1;
  const move = (by: number) => onIndex(Math.max(0, Math.min(last, index + by)));
  useWheel(place, move);
  if (!plane) return null;

  const [width, height] = [plane.columns * plane.spacing[0], plane.rows * plane.spacing[1]];
  const left = -0.5 * plane.spacing[0];
  const top = -0.5 * plane.spacing[1];
  const placeOf = (event: MouseEvent<SVGSVGElement>): Point2 => {
    const box = event.currentTarget.getBoundingClientRect();
    return [
      left + ((event.clientX - box.left) / box.width) * width,
      top + ((event.clientY - box.top) / box.height) * height,
    ];
  };
  const steps: Record<string, () => void> = {
    PageUp: () => move(-1),
    PageDown: () => move(1),
    ...(onEnter ? { Enter: onEnter } : {}),
    ...(onStep
      ? {
          ArrowLeft: () => onStep(-1, 0),
          ArrowRight: () => onStep(1, 0),
          ArrowUp: () => onStep(0, -1),
          ArrowDown: () => onStep(0, 1),
        }
      : {}),
  };
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!byKeys.press(event) && !step) return;
    event.preventDefault();
    step?.();
  };
  return (
    <div ref={place} role="application" aria-label={label} tabIndex={0} className={styles["still"]} onKeyDown={press}>
      <div className={styles["fit"]} style={{ "--ratio": width / height } as CSSProperties}>
        <canvas ref={canvas} />
        <svg
          viewBox={`${left} ${top} ${width} ${height}`}
          onClick={(event) => onPoint?.(placeOf(event))}
          onPointerDown={(event) => {
            if (!onStroke || event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            byKeys.clear();
            setLine([placeOf(event)]);
          }}
          onPointerMove={(event) => {
            if (line) setLine([...line, placeOf(event)]);
          }}
          onPointerUp={() => {
            if (line && line.length > 2) onStroke?.(line);
            setLine(null);
          }}
          onPointerCancel={() => setLine(null)}
        >
          {children(plane)}
          {line ? (
            <polyline
              points={line.map((point) => point.join(",")).join(" ")}
              fill="none"
              stroke="var(--ink-strong)"
              strokeWidth="2"
              vectorEffect="non-scaling-stroke"
            />
          ) : null}
          <ByKeys cursor={byKeys.cursor} corners={byKeys.corners} />
        </svg>
      </div>
      <span className={styles["caption"]}>
        {index + 1} / {frames.count}
      </span>
    </div>
  );
}

/** The corners that are put, the line to the cursor, and the cursor. */
function ByKeys({ cursor, corners }: { cursor: Point2 | null; corners: readonly Point2[] }) {
  if (!cursor) return null;
  const [u, v] = cursor;
  const thin = { vectorEffect: "non-scaling-stroke", strokeWidth: 2, stroke: "var(--ink-strong)" } as const;
  return (
    <g fill="none" data-corners={corners.length}>
      <polyline points={[...corners, cursor].map((point) => point.join(",")).join(" ")} strokeDasharray="4 3" {...thin} />
      {corners.map(([x, y], at) => (
        <path key={at} d={`M${x} ${y}h0.001`} {...thin} strokeWidth={7} strokeLinecap="round" />
      ))}
      <path d={`M${u - 6} ${v}h4M${u + 2} ${v}h4M${u} ${v - 6}v4M${u} ${v + 2}v4`} {...thin} stroke="var(--lamp-strong)" />
    </g>
  );
}

function useFrame(frames: SeriesFrames, index: number): Pixels | null {
  const [pixels, setPixels] = useState<Pixels | null>(frames.at(index) ?? null);
  useEffect(() => {
    let wanted = true;
    frames.need(index).then(
      (arrived) => {
        if (wanted) setPixels(arrived);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [frames, index]);
  return pixels;
}

/** React's own wheel listener cannot keep the page from scrolling. */
function useWheel(place: { current: HTMLDivElement | null }, move: (by: number) => void): void {
  const latest = useRef(move);
  latest.current = move;
  useEffect(() => {
    const element = place.current;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      if (event.deltaY) latest.current(Math.sign(event.deltaY));
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [place]);
}
