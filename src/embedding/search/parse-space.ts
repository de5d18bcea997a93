/**
 * A search space as YAML: each key is a setting of `kg.embed`, with one value, or with `values: [...]`, `uniform: [a, b]`,
 * `log: [a, b]` or `integer: [a, b]`. Every value that may be drawn is checked as `kg.embed` would. Only plain scalars and
 * lists are taken from the file: no aliases, no tags.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { MedgraftError } from '../../base/errors.js';
import { parseSettings } from '../../settings/parse-settings.js';
import { settingsOf } from '../../settings/setting.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import type { SearchedSetting, SearchRange, SearchSpace, SettingValue } from './search-space.js';

const RANGES = ['values', 'uniform', 'log', 'integer'] as const;
type RangeKind = (typeof RANGES)[number];

/**
 * @param file for messages
 * @param reserved settings that are not searched
 * @throws MedgraftError `embedding.space`, `settings.invalid`; both with file, line and column
 */
export function parseSpace(text: string, file: string, reserved: readonly string[]): SearchSpace {
  return new SpaceReader(file, reserved).read(text);
}

class SpaceReader {
  private readonly lines = new LineCounter();
  private readonly records = new Map(settingsOf(TrainEmbeddingSettings).map((record) => [record.name, record]));

  constructor(
    private readonly file: string,
    private readonly reserved: readonly string[],
  ) {}

  read(text: string): SearchSpace {
    const fixed: Record<string, SettingValue> = {};
    const searched: SearchedSetting[] = [];
    for (const { key, node } of this.pairs(this.parse(text))) {
      this.checkName(key, node);
      if (isMap(node)) searched.push(this.searched(key, node));
      else fixed[key] = this.value(key, node);
    }
    if (searched.length > 0) return { fixed, searched };
    throw this.error(undefined, 'the space has nothing to search', 'a setting with values, uniform, log or integer');
  }

  private parse(text: string): YAMLMap {
    const document = parseDocument(text, { lineCounter: this.lines, schema: 'core', merge: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) {
      const { line, col } = this.lines.linePos(problem.pos[0]);
      const message = problem.message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '');
      throw this.failure(`${this.file}:${line}:${col}`, message);
    }
    if (isMap(document.contents)) return document.contents;
    throw this.error(undefined, 'this is no search space', 'a mapping, a setting of kg.embed a line');
  }

  private *pairs(map: YAMLMap): Generator<{ key: string; node: Node }> {
    for (const { key, value } of map.items) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        throw this.error(key as Node, 'this is no name of a setting', 'a text');
      }
      yield { key: key.value, node: (value ?? key) as Node };
    }
  }

  private checkName(name: string, node: Node): void {
    if (this.reserved.includes(name)) {
      throw this.error(node, `${name} is not searched: it is the same for all trials`, 'another setting', name);
    }
    // The check of no value at all: refuses unknown names, and says which one might be meant.
    if (!this.records.has(name)) this.check(name, undefined as never, node);
  }

  private searched(name: string, map: YAMLMap): SearchedSetting {
    const [pair, ...others] = this.pairs(map);
    const kind = RANGES.find((candidate) => candidate === pair?.key);
    if (kind === undefined || others.length > 0) {
      const got = map.items.map(({ key }) => String(key)).join(', ') || 'nothing';
      throw this.error(map, `${name} has no range`, `one of ${RANGES.join(', ')}`, got);
    }
    if (!isSeq(pair.node)) throw this.error(pair.node, `${name}: ${kind} takes a list`, '[a, b]');
    const values = pair.node.items.map((item) => this.value(name, item as Node));
    const whole = this.records.get(name)?.type === 'integer';
    return { name, whole, range: this.range(name, kind, values, pair.node) };
  }

  private range(name: string, kind: RangeKind, values: SettingValue[], node: Node): SearchRange {
    if (kind === 'values') {
      if (values.length > 0) return { kind, values };
      throw this.error(node, `${name} has no values`, 'at least one');
    }
    const [low, high, ...others] = values;
    if (typeof low !== 'number' || typeof high !== 'number' || others.length > 0 || !(low < high)) {
      throw this.error(node, `${name}: ${kind} takes two numbers`, '[a, b] with a < b', JSON.stringify(values));
    }
    if (kind === 'log' && low <= 0) throw this.error(node, `${name}: log takes numbers above 0`, 'a > 0', String(low));
    if (kind === 'integer' && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))) {
      throw this.error(node, `${name}: integer takes whole numbers`, 'two of them', JSON.stringify(values));
    }
    if (kind === 'uniform' && this.records.get(name)?.type === 'integer') {
      throw this.error(node, `${name} is a whole number`, 'integer or log', kind);
    }
    return { kind, low, high };
  }

  /** A scalar that `kg.embed` would take. */
  private value(name: string, node: Node): SettingValue {
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') {
      const got = isSeq(node) ? 'a list' : isMap(node) ? 'a mapping' : String(isScalar(node) ? value : 'an alias');
      throw this.error(node, `${name} has no plain value`, 'a number, a text, or true or false', got);
    }
    this.check(name, value, node);
    return value;
  }

  private check(name: string, value: SettingValue, node: Node): void {
    parseSettings(TrainEmbeddingSettings, { kg: 'any', [name]: value }, this.placeOf(node));
  }

  private placeOf(node: Node | undefined): string {
    const start = node?.range?.[0];
    if (start === undefined) return this.file;
    const { line, col } = this.lines.linePos(start);
    return `${this.file}:${line}:${col}`;
  }

  private error(node: Node | undefined, problem: string, expected: string, got?: string): MedgraftError {
    return this.failure(this.placeOf(node), problem, expected, got);
  }

  private failure(place: string, problem: string, expected?: string, got?: string): MedgraftError {
    const hint = 'docs/embedding.md has an example';
    return new MedgraftError('input', 'embedding.space', problem, { place, expected, got, hint });
  }
}
