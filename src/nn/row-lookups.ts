/** Rows of large tables, read before a step and fed their gradients after it; plain loops, bound by memory. */
import type { ParameterStore } from './parameter-store.js';
import type { LookupPlan } from './training-task.js';

/** The rows that a program's inputs are made of, by the names of the plan; `lookups` holds their numbers. */
export function lookUpRows(
  store: ParameterStore,
  plan: Readonly<Record<string, LookupPlan>>,
  lookups: Readonly<Record<string, Int32Array>>,
): Record<string, Float32Array> {
  const rows: Record<string, Float32Array> = {};
  for (const [name, { table, ids }] of Object.entries(plan)) {
    const width = rowWidth(store, table);
    rows[name] = new Float32Array(lookups[ids].length * width);
    readRows(store.value(table), width, lookups[ids], rows[name]);
  }
  return rows;
}

/** Numbers a row; a table [rows] has one. */
export function rowWidth(store: ParameterStore, table: string): number {
  return store.spec(table).shape[1] ?? 1;
}

/** out[i] = table[ids[i]], rows of `width`. */
export function readRows(table: Float32Array, width: number, ids: Int32Array, out: Float32Array): void {
  for (let i = 0; i < ids.length; i++) {
    const start = ids[i] * width;
    out.set(table.subarray(start, start + width), i * width);
  }
}

/** target[ids[i]] += rows[i], in the order of i, so that sums are the same bytes every time. */
export function addRows(target: Float32Array, width: number, ids: Int32Array, rows: Float32Array): void {
  for (let i = 0; i < ids.length; i++) {
    const to = ids[i] * width;
    const from = i * width;
    for (let j = 0; j < width; j++) target[to + j] += rows[from + j];
  }
}
