// One frame of a series with what is drawn over it. Wheel and Page keys go through the slices, with Ctrl or + and - they
// zoom; dragging with the right button windows; a click or the arrow keys say a point; dragging, or a line by keys,
// draws. Measures nothing.
import { useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";

import type { Plane } from "../../regions/plane";
import { distance, type Point2 } from "../../regions/ring";
import type { Pixels, SeriesFrames } from "../../viewer/frames";
import { paint } from "./paint";
import styles from "./Still.module.css";
import { useLineByKeys } from "./useLineByKeys";
import { wholeBox, type Box, type Look } from "./useLook";

type Props = {
  label: string;
  frames: SeriesFrames;
  index: number;
  look: Look;
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
  const { label, frames, index, look, onIndex, onPoint, onStep, onEnter, onStroke, start = null, takesFocus, children } = props;
  const pixels = useFrame(frames, index);
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [line, setLine] = useState<Point2[] | null>(null);
  const moving = useRef<"window" | "pan" | null>(null);
  const { window } = look;
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
  useWheel(place, (by, event) => {
    if (!event.ctrlKey && !event.metaKey) return move(by);
    const sheet = place.current?.querySelector("svg");
    if (plane && sheet) look.zoom(plane, by < 0 ? 1.25 : 0.8, pointUnder(sheet, event, look.boxOn(plane)));
  });
  if (!plane) return null;

  const { corner, size } = look.boxOn(plane);
  const whole = wholeBox(plane);
  const placeOf = (event: MouseEvent<SVGSVGElement>): Point2 => pointUnder(event.currentTarget, event, { corner, size });
  const steps: Record<string, () => void> = {
    PageUp: () => move(-1),
    PageDown: () => move(1),
    "+": () => look.zoom(plane, 1.25),
    "=": () => look.zoom(plane, 1.25),
    "-": () => look.zoom(plane, 0.8),
    "0": () => {
      look.whole();
      look.ownWindow();
    },
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
      <div className={styles["fit"]} style={{ "--ratio": size[0] / size[1] } as CSSProperties}>
        <canvas
          ref={canvas}
          style={{
            width: `${(100 * whole.size[0]) / size[0]}%`,
            height: `${(100 * whole.size[1]) / size[1]}%`,
            left: `${(100 * (whole.corner[0] - corner[0])) / size[0]}%`,
            top: `${(100 * (whole.corner[1] - corner[1])) / size[1]}%`,
          }}
        />
        <svg
          viewBox={`${corner[0]} ${corner[1]} ${size[0]} ${size[1]}`}
          onContextMenu={(event) => event.preventDefault()}
          onClick={(event) => (event.altKey ? undefined : onPoint?.(placeOf(event)))}
          onPointerDown={(event) => {
            moving.current = event.button === 2 ? "window" : event.button === 1 || event.altKey ? "pan" : null;
            if (moving.current) return event.currentTarget.setPointerCapture(event.pointerId);
            if (!onStroke || event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            byKeys.clear();
            setLine([placeOf(event)]);
          }}
          onPointerMove={(event) => {
            const scale = size[0] / event.currentTarget.getBoundingClientRect().width;
            if (moving.current === "window") look.windowBy([event.movementX, event.movementY]);
            else if (moving.current === "pan") look.pan(plane, [event.movementX * scale, event.movementY * scale]);
            else if (line && distance(line.at(-1)!, placeOf(event)) >= 0.75 * scale) setLine([...line, placeOf(event)]);
          }}
          onPointerUp={() => {
            moving.current = null;
            if (line && line.length > 2) onStroke?.(line);
            setLine(null);
          }}
          onPointerCancel={() => {
            moving.current = null;
            setLine(null);
          }}
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
          <ByKeys cursor={byKeys.cursor} corners={byKeys.corners} arm={size[0] / 60} />
        </svg>
      </div>
      <span className={styles["caption"]}>
        {index + 1} / {frames.count}
      </span>
    </div>
  );
}

/** The corners that are put, the line to the cursor, and the cursor. */
function ByKeys({ cursor, corners, arm }: { cursor: Point2 | null; corners: readonly Point2[]; arm: number }) {
  if (!cursor) return null;
  const [u, v] = cursor;
  const thin = { vectorEffect: "non-scaling-stroke", strokeWidth: 2, stroke: "var(--ink-strong)" } as const;
  return (
    <g fill="none" data-corners={corners.length}>
      <polyline points={[...corners, cursor].map((point) => point.join(",")).join(" ")} strokeDasharray="4 3" {...thin} />
      {corners.map(([x, y], at) => (
        <path key={at} d={`M${x} ${y}h0.001`} {...thin} strokeWidth={7} strokeLinecap="round" />
      ))}
      <path
        d={`M${u - arm} ${v}h${0.6 * arm}M${u + 0.4 * arm} ${v}h${0.6 * arm}M${u} ${v - arm}v${0.6 * arm}M${u} ${v + 0.4 * arm}v${0.6 * arm}`}
        {...thin}
        stroke="var(--lamp-strong)"
      />
    </g>
  );
}

/** The place in mm of the plane that lies under the mouse. */
function pointUnder(sheet: Element, { clientX, clientY }: { clientX: number; clientY: number }, { corner, size }: Box): Point2 {
  const box = sheet.getBoundingClientRect();
  return [corner[0] + ((clientX - box.left) / box.width) * size[0], corner[1] + ((clientY - box.top) / box.height) * size[1]];
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
function useWheel(place: { current: HTMLDivElement | null }, move: (by: number, event: WheelEvent) => void): void {
  const latest = useRef(move);
  latest.current = move;
  useEffect(() => {
    const element = place.current;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      if (event.deltaY) latest.current(Math.sign(event.deltaY), event);
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [place]);
}
