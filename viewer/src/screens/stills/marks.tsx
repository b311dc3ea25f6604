// What is drawn over a still, in mm of its plane: a point's cross, and contours that lie on it.
import type { ReadingOfDispute } from "../../api";
import type { Point3 } from "../../regions/draft";
import { liesOn, type Plane } from "../../regions/plane";

/** With a name it is another lesion's, and stands back. */
export function Cross({ plane, point, name }: { plane: Plane; point: Point3; name?: string }) {
  if (Math.abs(plane.distance(point)) > plane.half + 1e-6) return null;
  const [u, v] = plane.toPlane(point);
  const [near, far] = [3, 9];
  const arms = [
    [u - far, v, u - near, v],
    [u + near, v, u + far, v],
    [u, v - far, u, v - near],
    [u, v + near, u, v + far],
  ] as const;
  return (
    <g stroke={name ? "var(--second)" : "var(--lamp)"} strokeWidth="2" vectorEffect="non-scaling-stroke">
      {name ? (
        <text x={u + far} y={v - near} fill="var(--second)" stroke="none" fontSize="7">
          {name}
        </text>
      ) : null}
      {arms.map(([x1, y1, x2, y2], at) => (
        <line key={at} x1={x1} y1={y1} x2={x2} y2={y2} vectorEffect="non-scaling-stroke" />
      ))}
    </g>
  );
}

type Contours = NonNullable<ReadingOfDispute["draft"]["contours"]>;

/** Regions whole, exclusions dashed. */
export function Outlines({ plane, contours, colour }: { plane: Plane; contours: Contours; colour: string }) {
  const rings = contours
    .flatMap((contour) => [contour.points_lps_mm, ...(contour.holes_lps_mm ?? [])].map((ring) => ({ contour, ring })))
    .filter(({ ring }) => ring.length > 2 && liesOn(plane, ring));
  return (
    <g fill="none" stroke={colour} strokeWidth="2">
      {rings.map(({ contour, ring }, at) => (
        <polygon
          key={at}
          points={plane.ringToPlane(ring).map((point) => point.join(",")).join(" ")}
          strokeDasharray={contour.role === "lesion" ? undefined : "4 3"}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </g>
  );
}
