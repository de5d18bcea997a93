/** Opened models by key, of which the last few stay open. */
export class ModelShelf<M> {
  private readonly kept = new Map<string, Promise<M>>();

  /** @param close lets go of what a model holds */
  constructor(
    private readonly size: number,
    private readonly close: (model: M) => Promise<void>,
  ) {}

  /** @param open is asked when the model is not there; @throws what it throws, and asks again the next time */
  async get(key: string, open: () => Promise<M>): Promise<M> {
    const model = this.kept.get(key) ?? open();
    this.kept.delete(key);
    this.kept.set(key, model);
    try {
      const opened = await model;
      await this.letGo();
      return opened;
    } catch (error) {
      this.kept.delete(key);
      throw error;
    }
  }

  async dispose(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    for (const opened of await Promise.allSettled(all))
      if (opened.status === 'fulfilled') await this.close(opened.value);
  }

  private async letGo(): Promise<void> {
    if (this.kept.size <= this.size) return;
    const [[oldest, unused]] = this.kept;
    this.kept.delete(oldest);
    // One that could not be opened fails where it was asked for, not here.
    const [opened] = await Promise.allSettled([unused]);
    if (opened.status === 'fulfilled') await this.close(opened.value);
  }
}
