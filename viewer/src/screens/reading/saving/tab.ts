// Which tab this is, and which others are open: a tab that is gone leaves its edits to the next one.

const HELD = "adcurate-tab-";
const PATIENCE_MS = 400;

let asked: Promise<string> | undefined;

/** The same after a reload, another in every other tab (a duplicated one too); held for as long as the page lives. */
export function thisTab(): Promise<string> {
  asked ??= take(sessionStorage.getItem("adcurate-tab") ?? crypto.randomUUID());
  return asked;
}

async function take(tab: string): Promise<string> {
  const held = !navigator.locks || (await hold(tab));
  const mine = held ? tab : crypto.randomUUID();
  if (!held) await hold(mine);
  sessionStorage.setItem("adcurate-tab", mine);
  return mine;
}

/** Whether the name could be taken; a page that is just being left may still hold it for a moment. */
function hold(tab: string): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    navigator.locks
      .request(`${HELD}${tab}`, { signal }, () => {
        resolve(true);
        return new Promise(() => undefined);
      })
      .catch(() => resolve(false));
  });
}

export async function isAlive(tab: string): Promise<boolean> {
  const locks = await navigator.locks?.query();
  return locks?.held?.some((held) => held.name === `${HELD}${tab}`) ?? false;
}
