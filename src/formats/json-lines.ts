/**
 * JSON Lines (jsonlines.org): one JSON value a line, UTF-8; blank lines are passed over. Streamed both ways.
 */
import { MedgraftError } from '../base/errors.js';
import type { ByteSink } from './byte-sink.js';
import { readLines } from './text-lines.js';

export interface JsonLine {
  /** From 1. */
  readonly line: number;
  readonly value: unknown;
}

/** @throws MedgraftError `formats.json-lines` with file and line, and as `readLines` */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine, void> {
  for await (const { line, text } of readLines(path)) {
    if (text.trim() !== '') yield { line, value: parseLine(text, `${path}:${line}`) };
  }
}

/** Values that JSON cannot hold (undefined, functions) are a mistake of the caller. @throws RangeError */
export async function writeJsonLines(
  sink: ByteSink,
  values: Iterable<unknown> | AsyncIterable<unknown>,
): Promise<void> {
  const encoder = new TextEncoder();
  for await (const value of values) {
    const text = JSON.stringify(value);
    if (text === undefined) throw new RangeError('the value cannot be written as JSON');
    await sink.write(encoder.encode(`${text}\n`));
  }
}

function parseLine(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : undefined;
    throw new MedgraftError('input', 'formats.json-lines', 'the line is not JSON', { place, got, cause });
  }
}
