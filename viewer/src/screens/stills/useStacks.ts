// The series of a case as stacks of frames that are fetched while somebody looks at them.
import { useEffect, useState } from "react";

import type { LesionCase } from "../../api";
import { SeriesFrames, type FetchFrames, type SeriesFacts } from "../../viewer/frames";

export type Stacks = ReadonlyMap<string, SeriesFrames>;

/** By series id, empty at first. `series` and `fetchFrames` must stay the same things while the case does. */
export function useStacks(name: string, series: LesionCase["series"], fetchFrames: FetchFrames): Stacks {
  const [stacks, setStacks] = useState<Stacks>(new Map());
  useEffect(() => {
    const made = new Map(series.map((one) => [one.id, new SeriesFrames(`${name}/${one.id}`, factsOf(one), fetchFrames)]));
    setStacks(made);
    return () => made.forEach((stack) => stack.close());
  }, [name, series, fetchFrames]);
  return stacks;
}

/** Where no thickness is known a slice holds only what lies in its plane. */
function factsOf(one: LesionCase["series"][number]): SeriesFacts {
  return { ...one, frames: one.frames.map((frame) => ({ ...frame, thickness_mm: frame.thickness_mm ?? 0 })) };
}
