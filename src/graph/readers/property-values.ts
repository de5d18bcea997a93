/** Properties out of a JSON value: plain values, and lists of one kind. */
import type { PropertyValue } from '../graph-store.js';
import { isJsonObject } from './record-values.js';

/** Entries in which null counts as absent; undefined for what cannot be kept. */
export function propertiesOf(value: unknown): [string, PropertyValue][] | undefined {
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return entries.every(([, item]) => isPropertyValue(item)) ? (entries as [string, PropertyValue][]) : undefined;
}

function isPropertyValue(value: unknown): boolean {
  if (!Array.isArray(value)) return isScalar(value);
  return value.every((item) => isScalar(item) && typeof item === typeof value[0]);
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
