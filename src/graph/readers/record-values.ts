/**
 * Values within a JSON record by dotted path. Keys are looked up as own keys only, so that `__proto__` and `constructor`
 * are keys like others; MongoDB's typed values (Extended JSON: `{"$oid": "..."}`) count as the value within.
 */
import type { PropertyValue } from '../graph-store.js';

/** Lists and objects within each other: more is taken for an attack on whoever walks it. */
export const DEEPEST_RECORD = 32;

type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is at most `DEEPEST_RECORD` levels deep; walks no deeper. */
export function isFlatEnough(value: unknown, levels = DEEPEST_RECORD): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((child) => isFlatEnough(child, levels - 1));
}

/** All values at a path, lists opened, null and absent ones left out. */
export function valuesAt(record: unknown, path: readonly string[], from = 0): unknown[] {
  const value = mongoValue(record);
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path, from));
  if (from === path.length) return value === null || value === undefined ? [] : [value];
  if (!isJsonObject(value) || !Object.hasOwn(value, path[from])) return [];
  return valuesAt(value[path[from]], path, from + 1);
}

/** A scalar as text; undefined for an object. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A property: one scalar, a list of texts or of numbers; objects as JSON text. Undefined when there is nothing. */
export function propertyAt(record: unknown, path: readonly string[]): PropertyValue | undefined {
  const scalars = valuesAt(record, path).map((value) =>
    isJsonObject(value) ? JSON.stringify(value) : (value as string | number | boolean),
  );
  const kept = scalars.filter((value) => value !== '');
  if (kept.length <= 1) return kept[0];
  if (kept.every((value) => typeof value === 'number')) return kept;
  return kept.map(String);
}

const MONGO_TYPES = new Set(['$oid', '$numberInt', '$numberLong', '$numberDouble', '$numberDecimal', '$date', '$uuid']);

function mongoValue(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value);
  return keys.length === 1 && MONGO_TYPES.has(keys[0]) ? mongoValue(value[keys[0]]) : value;
}
