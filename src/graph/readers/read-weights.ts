/** `global_PageRank.json` of SMedBERT's reference repository: one JSON object, entity name -> weight. */
import { readFile } from 'node:fs/promises';
import { MedgraftError } from '../../base/errors.js';
import { readFailure } from '../../formats/byte-source.js';
import { cleanText } from './source-row.js';

const LARGEST_JSON = 1 << 29;

export interface NamedWeights {
  readonly weights: ReadonlyMap<string, number>;
  /** Names whose weight is no number. */
  readonly malformed: readonly string[];
}

/** @throws MedgraftError `graph.reference`, `formats.missing`, `formats.unreadable` */
export async function readWeights(file: string): Promise<NamedWeights> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw readFailure(error, file);
  });
  const values = bytes.length > LARGEST_JSON ? undefined : parseObject(bytes.toString('utf8'));
  if (values === undefined) {
    throw new MedgraftError('input', 'graph.reference', 'the weights are no JSON object', {
      place: file,
      expected: 'entity name -> weight',
    });
  }
  const weights = new Map<string, number>();
  const malformed: string[] = [];
  for (const [name, weight] of Object.entries(values)) {
    if (typeof weight === 'number' && Number.isFinite(weight)) weights.set(cleanText(name), weight);
    else malformed.push(name);
  }
  return { weights, malformed };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
