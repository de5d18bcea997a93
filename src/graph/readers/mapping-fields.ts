/**
 * Takes the keys of one object of a mapping, each with its kind checked; `finish` refuses the keys that nobody took.
 */
import { MedgraftError } from '../../base/errors.js';

export class MappingFields {
  private readonly values: Map<string, unknown>;
  private readonly taken = new Set<string>();

  /** @param path dotted path of the object within the mapping, empty for the whole */
  constructor(
    value: unknown,
    private readonly place: string,
    private readonly path: string,
  ) {
    if (!isObject(value)) throw this.error(undefined, 'an object with keys', kindOf(value));
    this.values = new Map(Object.entries(value));
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    throw this.error(name, 'a text', kindOf(value));
  }

  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw this.error(name, 'a text', 'nothing');
  }

  flag(name: string): boolean | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.error(name, 'true or false', kindOf(value));
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.take(name);
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) return choice;
    throw this.error(name, choices.join(' or '), typeof value === 'string' ? value : kindOf(value));
  }

  optionalChoice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    return this.values.has(name) ? this.choice(name, choices) : undefined;
  }

  texts(name: string): string[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')) return value;
    throw this.error(name, 'a list of texts', kindOf(value));
  }

  textsOr<T extends string>(name: string, word: T): string[] | T {
    if (this.values.get(name) !== word) {
      const texts = this.texts(name);
      if (texts !== undefined) return texts;
      throw this.error(name, `a list of texts, or ${word}`, 'nothing');
    }
    this.take(name);
    return word;
  }

  object<T>(name: string, parse: (fields: MappingFields) => T): T {
    return this.nested(this.take(name), name, parse);
  }

  optionalObject<T>(name: string, parse: (fields: MappingFields) => T): T | undefined {
    return this.values.has(name) ? this.object(name, parse) : undefined;
  }

  /** An object whose keys are the user's own, each with an object; at least one. */
  entries<T>(name: string, parse: (key: string, fields: MappingFields) => T): T[] {
    const value = this.take(name);
    if (!isObject(value) || Object.keys(value).length === 0) {
      throw this.error(name, 'an object with entries', kindOf(value));
    }
    return Object.entries(value).map(([key, entry]) =>
      this.nested(entry, `${name}.${key}`, (fields) => parse(key, fields)),
    );
  }

  /** At least one entry. */
  list<T>(name: string, parse: (fields: MappingFields) => T): T[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length === 0) throw this.error(name, 'a list with entries', kindOf(value));
    return value.map((entry, i) => this.nested(entry, `${name}[${i}]`, parse));
  }

  /** @throws MedgraftError `graph.mapping` for a key that was not taken */
  finish(): void {
    const unknown = [...this.values.keys()].find((name) => !this.taken.has(name));
    if (unknown === undefined) return;
    throw this.error(unknown, `one of ${[...this.taken].join(', ')}`, 'an unknown key');
  }

  error(name: string | undefined, expected: string, got: string): MedgraftError {
    const key = [this.path, name].filter((part) => part !== undefined && part !== '').join('.');
    const message = key === '' ? 'the mapping is wrong' : `the mapping is wrong at ${key}`;
    return new MedgraftError('input', 'graph.mapping', message, { place: this.place, expected, got });
  }

  private nested<T>(value: unknown, name: string, parse: (fields: MappingFields) => T): T {
    const fields = new MappingFields(value, this.place, this.path === '' ? name : `${this.path}.${name}`);
    const parsed = parse(fields);
    fields.finish();
    return parsed;
  }

  private take(name: string): unknown {
    this.taken.add(name);
    return this.values.get(name);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : JSON.stringify(value);
}
