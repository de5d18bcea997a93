import { describe, expect, it } from 'vitest';
import { addRows, readRows } from './row-lookups.js';

const TABLE = Float32Array.of(0, 1, 10, 11, 20, 21);

describe('row lookups', () => {
  it('reads rows, repeated ones too', () => {
    const out = new Float32Array(6);
    readRows(TABLE, 2, Int32Array.of(2, 0, 2), out);
    expect([...out]).toEqual([20, 21, 0, 1, 20, 21]);
  });

  it('adds rows to what is there, repeated ones in turn', () => {
    const target = TABLE.slice();
    addRows(target, 2, Int32Array.of(1, 1, 0), Float32Array.of(1, 2, 3, 4, 5, 6));
    expect([...target]).toEqual([5, 7, 14, 17, 20, 21]);
  });

  it('is the transpose of reading: <read(x), y> = <x, add(y)>', () => {
    const ids = Int32Array.of(0, 2, 2, 1);
    const rows = Float32Array.of(1, -2, 3, 4, -5, 6, 7, 8);
    const read = new Float32Array(8);
    const added = new Float32Array(6);
    readRows(TABLE, 2, ids, read);
    addRows(added, 2, ids, rows);
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
    expect(dot(read, rows)).toBe(dot(TABLE, added));
  });
});
