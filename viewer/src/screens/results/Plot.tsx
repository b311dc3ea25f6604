// A plot as the server gives it: axes, boxes, lines and dots. The nearest dot is told on the way of the pointer or the
// arrow keys, and leads to its lesion.
import { useId, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";

import type { Plot as PlotFacts, PlotDot } from "../../api";
import styles from "./Plot.module.css";

const WIDTH = 460;
const HEIGHT = 300;
const LEFT = 58;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 44;
const NEAR = 18;

type Props = { plot: PlotFacts; onOpen: (caseName: string) => void };

export function Plot({ plot, onOpen }: Props) {
  const [at, setAt] = useState(-1);
  const svg = useRef<SVGSVGElement>(null);
  const captionId = useId();
  const x = scale(plot.x, LEFT, WIDTH - RIGHT);
  const y = scale(plot.y, HEIGHT - BOTTOM, TOP);
  const dot = plot.dots[at];
  const along = [...plot.dots.keys()].sort((one, other) => plot.dots[one]!.x - plot.dots[other]!.x || plot.dots[one]!.y - plot.dots[other]!.y);

  const point = (event: PointerEvent) => {
    const box = svg.current?.getBoundingClientRect();
    if (!box) return;
    const px = ((event.clientX - box.left) / box.width) * WIDTH;
    const py = ((event.clientY - box.top) / box.height) * HEIGHT;
    let nearest = -1;
    let least = NEAR * NEAR;
    plot.dots.forEach((one, index) => {
      const away = (x(one.x) - px) ** 2 + (y(one.y) - py) ** 2;
      if (away < least) {
        least = away;
        nearest = index;
      }
    });
    setAt(nearest);
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (by !== undefined && along.length > 0) {
      event.preventDefault();
      const place = along.indexOf(at) + by;
      setAt(along[(place + along.length) % along.length] ?? -1);
    } else if (event.key === "Enter" && dot?.case) {
      onOpen(dot.case);
    } else if (event.key === "Escape") {
      setAt(-1);
    }
  };
  return (
    <figure className={styles["plot"]}>
      <h3>{plot.title}</h3>
      <svg
        ref={svg}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="application"
        aria-roledescription="plot"
        aria-label={`${plot.title}: ${plot.dots.length} points, arrow keys go from one to the next`}
        aria-describedby={captionId}
        tabIndex={0}
        onPointerMove={point}
        onPointerLeave={() => setAt(-1)}
        onClick={() => (dot?.case ? onOpen(dot.case) : undefined)}
        onKeyDown={step}
        style={{ cursor: dot?.case ? "pointer" : "default" }}
      >
        <Axes plot={plot} x={x} y={y} />
        {plot.boxes.map((box) => (
          <g key={box.x} className={styles["box"]}>
            <line x1={x(box.x)} x2={x(box.x)} y1={y(box.low)} y2={y(box.high)} />
            <rect x={x(box.x - 0.32)} width={x(box.x + 0.32) - x(box.x - 0.32)} y={y(box.q3)} height={y(box.q1) - y(box.q3)} />
            <line className={styles["median"]} x1={x(box.x - 0.32)} x2={x(box.x + 0.32)} y1={y(box.median)} y2={y(box.median)} />
          </g>
        ))}
        {plot.lines.map((line, index) => (
          <path
            key={index}
            className={styles[line.kind]}
            d={`M${line.points.map(([px, py]) => `${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join("L")}${line.kind === "band" ? "Z" : ""}`}
          />
        ))}
        <path className={plot.kind === "roc" ? styles["steps"] : styles["dots"]} d={plot.dots.map((one) => `M${x(one.x).toFixed(1)} ${y(one.y).toFixed(1)}h0`).join("")} />
        {plot.dots
          .filter((one) => one.group === "chosen")
          .map((one) => (
            <circle key={one.says} className={styles["ring"]} cx={x(one.x)} cy={y(one.y)} r={6} />
          ))}
        {dot ? <circle className={styles["pointed"]} cx={x(dot.x)} cy={y(dot.y)} r={7} /> : null}
      </svg>
      <figcaption id={captionId}>
        <span className={styles["said"]} aria-live="polite">
          {dot ? <Said dot={dot} /> : <Levels plot={plot} />}
        </span>
        <span className="soft">{plot.caption}</span>
      </figcaption>
    </figure>
  );
}

function Said({ dot }: { dot: PlotDot }) {
  return (
    <>
      <strong>{dot.says}</strong>
      {dot.case ? <span className="soft"> Click or Enter opens it</span> : null}
    </>
  );
}

function Levels({ plot }: { plot: PlotFacts }) {
  const said = plot.lines.map((line) => line.says).filter((says) => says && says !== "No better than chance");
  return <>{said.join(" · ") || "Point at the plot to read it."}</>;
}

type Scale = (value: number) => number;

function scale(axis: PlotFacts["x"], from: number, to: number): Scale {
  return (value) => from + ((value - axis.low) / (axis.high - axis.low)) * (to - from);
}

function Axes({ plot, x, y }: { plot: PlotFacts; x: Scale; y: Scale }) {
  const floor = HEIGHT - BOTTOM;
  return (
    <g className={styles["axes"]} aria-hidden="true">
      <path d={`M${LEFT} ${TOP}V${floor}H${WIDTH - RIGHT}`} />
      {plot.y.ticks.map((tick) => (
        <g key={tick.at}>
          <line className={styles["grid"]} x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick.at)} y2={y(tick.at)} />
          <text x={LEFT - 7} y={y(tick.at)} dy="0.32em" textAnchor="end">
            {tick.text}
          </text>
        </g>
      ))}
      {plot.x.ticks.map((tick) => (
        <text key={tick.at} x={x(tick.at)} y={floor + 16} textAnchor="middle">
          {tick.text}
        </text>
      ))}
      <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
        {plot.x.label}
      </text>
      <text transform={`translate(13 ${(TOP + floor) / 2}) rotate(-90)`} textAnchor="middle">
        {plot.y.label}
      </text>
    </g>
  );
}
