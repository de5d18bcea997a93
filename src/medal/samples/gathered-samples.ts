/** Samples in whatever order they come, put in order at the end: 12 bytes each. */
import { SAMPLE_FIELDS } from './sample-layout.js';

export class GatheredSamples {
  private rows = new Int32Array(SAMPLE_FIELDS << 10);
  private count = 0;

  add(text: number, location: number, sampleClass: number): void {
    if (SAMPLE_FIELDS * this.count === this.rows.length) {
      const larger = new Int32Array(2 * this.rows.length);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows.set([text, location, sampleClass], SAMPLE_FIELDS * this.count++);
  }

  get size(): number {
    return this.count;
  }

  /**
   * Every sample by text, then by location, then as it came.
   * @param texts all numbers are below
   */
  *inOrder(texts: number): Generator<{ text: number; location: number; class: number }> {
    const { rows, count } = this;
    const ends = new Int32Array(texts + 1);
    for (let i = 0; i < count; i++) ends[rows[SAMPLE_FIELDS * i] + 1]++;
    for (let text = 0; text < texts; text++) ends[text + 1] += ends[text];
    const starts = ends.slice();
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[starts[rows[SAMPLE_FIELDS * i]]++] = i;
    for (let text = 0; text < texts; text++) {
      const own = order.subarray(ends[text], ends[text + 1]);
      own.sort((a, b) => rows[SAMPLE_FIELDS * a + 1] - rows[SAMPLE_FIELDS * b + 1] || a - b);
      for (const i of own) {
        yield { text, location: rows[SAMPLE_FIELDS * i + 1], class: rows[SAMPLE_FIELDS * i + 2] };
      }
    }
  }
}
