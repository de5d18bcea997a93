/**
 * What a user adds to an inventory, or takes out of it, without training: plain data from a file or a request, checked field
 * by field.
 */
import { MedgraftError } from '../../base/errors.js';
import { formPlace } from './form-place.js';

export interface OwnSense {
  readonly abbreviation: string;
  readonly expansion: string;
  /** What it means, in a few words that texts about it have too. */
  readonly description?: string;
  /** Texts in which the abbreviation has this sense. */
  readonly examples: readonly string[];
}

/** Takes out one sense, or all of an abbreviation. */
export interface SenseRemoval {
  readonly abbreviation: string;
  readonly expansion?: string;
}

export interface SenseEdits {
  readonly senses: readonly OwnSense[];
  readonly removals: readonly SenseRemoval[];
}

export const NO_EDITS: SenseEdits = { senses: [], removals: [] };

export const OWN_SENSE_LIMITS = {
  abbreviation: 64,
  expansion: 300,
  description: 500,
  examples: 64,
  example: 4000,
  file: 20_000,
} as const;

const KEYS = ['abbreviation', 'expansion', 'description', 'examples', 'remove'];

/** Collects edits; senses that come twice are one, with the examples of both. */
export class SenseEditReader {
  private readonly senses = new Map<string, OwnSense>();
  private readonly removals: SenseRemoval[] = [];

  /** @throws MedgraftError `medal.own-sense` with the place */
  add(value: unknown, place: string): void {
    const fields = fieldsOf(value, place);
    const abbreviation = textOf(fields, 'abbreviation', place, OWN_SENSE_LIMITS.abbreviation);
    if (abbreviation === undefined) throw bad(place, 'abbreviation', 'the abbreviation', 'nothing');
    if (/\s/u.test(abbreviation)) throw bad(place, 'abbreviation', 'one word', abbreviation);
    const expansion = textOf(fields, 'expansion', place, OWN_SENSE_LIMITS.expansion);
    const removes = fields.get('remove') ?? false;
    if (typeof removes !== 'boolean') throw bad(place, 'remove', 'true or false', shown(removes));
    if (removes) this.removals.push(removal(abbreviation, expansion, fields, place));
    else this.addSense(ownSense(abbreviation, expansion, fields, place), place);
  }

  finish(): SenseEdits {
    return { senses: [...this.senses.values()], removals: this.removals };
  }

  private addSense(sense: OwnSense, place: string): void {
    const key = `${sense.abbreviation}\n${sense.expansion}`;
    const known = this.senses.get(key);
    if (known === undefined && this.senses.size >= OWN_SENSE_LIMITS.file) {
      throw bad(place, 'senses', `at most ${OWN_SENSE_LIMITS.file}`, 'more');
    }
    if (known === undefined) this.senses.set(key, sense);
    else {
      const examples = [...known.examples, ...sense.examples];
      if (examples.length > OWN_SENSE_LIMITS.examples) throw tooManyExamples(place, examples.length);
      this.senses.set(key, { ...known, description: known.description ?? sense.description, examples });
    }
  }
}

/** @param place of the list, for messages @throws MedgraftError `medal.own-sense` */
export function senseEdits(values: readonly unknown[], place: string): SenseEdits {
  const reader = new SenseEditReader();
  for (const [i, value] of values.entries()) reader.add(value, `${place}[${i}]`);
  return reader.finish();
}

function ownSense(
  abbreviation: string,
  expansion: string | undefined,
  fields: ReadonlyMap<string, unknown>,
  place: string,
): OwnSense {
  if (expansion === undefined) throw bad(place, 'expansion', 'what the abbreviation stands for', 'nothing');
  const description = textOf(fields, 'description', place, OWN_SENSE_LIMITS.description);
  const examples = fields.get('examples') ?? [];
  if (!Array.isArray(examples)) throw bad(place, 'examples', 'a list of texts', shown(examples));
  if (examples.length > OWN_SENSE_LIMITS.examples) throw tooManyExamples(place, examples.length);
  for (const [i, example] of examples.entries()) {
    const at = `examples[${i}]`;
    if (typeof example !== 'string') throw bad(place, at, 'a text', shown(example));
    const { length } = example;
    if (length > OWN_SENSE_LIMITS.example) {
      throw bad(place, at, `at most ${OWN_SENSE_LIMITS.example} characters`, String(length));
    }
    if (formPlace(example, abbreviation) === undefined)
      throw bad(place, at, `a text with ${abbreviation} in it`, example);
  }
  return { abbreviation, expansion, ...(description !== undefined && { description }), examples };
}

function removal(
  abbreviation: string,
  expansion: string | undefined,
  fields: ReadonlyMap<string, unknown>,
  place: string,
): SenseRemoval {
  for (const key of ['description', 'examples']) {
    if (fields.get(key) !== undefined) throw bad(place, key, 'nothing where a sense is removed', key);
  }
  return { abbreviation, ...(expansion !== undefined && { expansion }) };
}

function fieldsOf(value: unknown, place: string): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(place, '', 'an object with abbreviation and expansion', shown(value));
  }
  const fields = new Map<string, unknown>(Object.entries(value).filter(([, field]) => field !== undefined));
  const unknown = [...fields.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw bad(place, '', KEYS.join(', '), unknown);
  return fields;
}

/** @returns with single spaces; undefined when absent */
function textOf(fields: ReadonlyMap<string, unknown>, key: string, place: string, longest: number): string | undefined {
  const value = fields.get(key) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw bad(place, key, 'a text', shown(value));
  const text = value.trim().replace(/\s+/gu, ' ');
  if (text !== '' && text.length <= longest) return text;
  throw bad(place, key, `1 to ${longest} characters`, text === '' ? 'none' : String(text.length));
}

function tooManyExamples(place: string, got: number): MedgraftError {
  return bad(place, 'examples', `at most ${OWN_SENSE_LIMITS.examples}`, String(got));
}

function shown(value: unknown): string {
  return Array.isArray(value)
    ? 'a list'
    : value === null
      ? 'null'
      : typeof value === 'object'
        ? 'an object'
        : `${value}`;
}

function bad(place: string, field: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'medal.own-sense', 'this is no sense of an abbreviation', {
    place: field === '' ? place : `${place}, ${field}`,
    expected,
    got: got.slice(0, 80),
    hint: 'a sense is {abbreviation, expansion, description?, examples?}; with remove: true it is taken out',
  });
}
