// Something that a page listens to: it says that it changed, once for however many changes one event makes.
export class Observed {
  /** Another after every change. */
  version = 0;
  private readonly listeners = new Set<() => void>();
  private told = false;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Listeners hear of it once the present event is over, however much changed in it. */
  readonly changed = (): void => {
    this.version += 1;
    if (this.told) return;
    this.told = true;
    queueMicrotask(() => {
      this.told = false;
      for (const listener of this.listeners) listener();
    });
  };
}
