// Cases that are open or about to be: the one on the screen and the next, whose images load in the background.
import { SeriesFrames } from "../../../viewer/frames";
import { forget, remember } from "../../../viewer/images";
import { framesOf, readCase, type Case, type CaseSeries } from "../case";

export interface OpenCase {
  readonly facts: Case;
  readonly series: readonly { readonly facts: CaseSeries; readonly frames: SeriesFrames }[];
}

let opened = 0;

/** Series of a case, wherever their frames come from, ready to be shown until they are let go. */
export function openSeries(series: readonly CaseSeries[], fetchFrames: ReturnType<typeof framesOf>): OpenCase["series"] {
  const all = series.map((facts) => ({ facts, frames: new SeriesFrames(`${(opened += 1)}`, facts, fetchFrames) }));
  remember(all.map(({ frames }) => frames));
  return all;
}

export function closeSeries(series: OpenCase["series"]): void {
  forget(series.map(({ frames }) => frames));
}

export class Cases {
  private readonly cases = new Map<string, Promise<OpenCase>>();

  /** What was fetched ahead, or a first question. What a reader drew meanwhile is always asked anew. */
  async take(item: string): Promise<OpenCase> {
    const ahead = this.cases.get(item);
    if (!ahead) return this.start(item);
    const [one, facts] = await Promise.all([ahead, readCase(item)]);
    if (facts.images === one.facts.images) return { ...one, facts };
    this.cases.delete(item);
    closeSeries(one.series);
    return this.start(item);
  }

  /** Have the next case here before it is asked for: first the frames at its pointer, then the rest. */
  async ahead(item: string): Promise<void> {
    if (this.cases.has(item)) return;
    const one = await this.start(item);
    await fillAll(one);
  }

  /** Let go of every case but these. */
  keepOnly(items: readonly string[]): void {
    for (const [item, one] of this.cases) {
      if (items.includes(item)) continue;
      this.cases.delete(item);
      void one.then(
        (open) => closeSeries(open.series),
        () => undefined,
      );
    }
  }

  private start(item: string): Promise<OpenCase> {
    const one = readCase(item).then((facts) => ({ facts, series: openSeries(facts.series, framesOf(item)) }));
    this.cases.set(item, one);
    one.catch(() => this.cases.delete(item));
    return one;
  }
}

/** Everything, the frames at the pointer of all series first. */
export async function fillAll({ facts, series }: OpenCase): Promise<void> {
  const at = (frames: SeriesFrames) =>
    facts.pointer ? frames.nearest(facts.pointer.point_lps_mm) : Math.floor(frames.count / 2);
  await Promise.all(series.map(({ frames }) => frames.need(at(frames)).catch(() => undefined)));
  for (const { frames } of series) await frames.fill(at(frames));
}
