/** Opens one split of a sample set (sample-layout.ts): its numbers are in memory, its texts stay on disk. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { systemCode } from '../../runs/durable-file-system.js';
import { SAMPLE_FIELDS, SAMPLE_FILES, SAMPLE_VERSION, type SampleIndex, TEXT_FIELDS } from './sample-layout.js';

export class SampleSplit {
  readonly texts: number;
  readonly samples: number;
  /** Of the inventory. */
  readonly classCount: number;
  /** [texts] */
  readonly wordCounts: Int32Array;
  /** [texts + 1] the samples of text t are `sampleStarts[t]` to `sampleStarts[t + 1] - 1`, by location. */
  readonly sampleStarts: Int32Array;
  /** [samples] */
  readonly locations: Int32Array;
  /** [samples] */
  readonly classes: Int32Array;
  /** First text of each shard. */
  private readonly firsts: number[] = [];
  private isOpen = true;

  /**
   * @param folder for example `<artefact>/train`
   * @throws MedgraftError `medal.samples` when a file is missing, cut, exchanged, or of another version
   */
  static async open(folder: string): Promise<SampleSplit> {
    const index = readIndex(join(folder, SAMPLE_FILES.index));
    const textRows = new Uint32Array(readRows(folder, index, 'texts', TEXT_FIELDS));
    const sampleRows = new Int32Array(readRows(folder, index, 'samples', SAMPLE_FIELDS));
    const files: number[] = [];
    try {
      for (const { name, bytes } of index.shards) files.push(openChecked(join(folder, name), bytes));
      return new SampleSplit(folder, index, textRows, sampleRows, files);
    } catch (error) {
      files.forEach(closeSync);
      throw error;
    }
  }

  private constructor(
    private readonly folder: string,
    private readonly index: SampleIndex,
    /** [texts, 4] */
    private readonly textRows: Uint32Array,
    sampleRows: Int32Array,
    private readonly files: readonly number[],
  ) {
    this.texts = index.texts;
    this.samples = index.samples;
    this.classCount = index.classes;
    this.wordCounts = Int32Array.from({ length: this.texts }, (_, text) => textRows[TEXT_FIELDS * text + 3]);
    this.locations = Int32Array.from({ length: this.samples }, (_, sample) => sampleRows[SAMPLE_FIELDS * sample + 1]);
    this.classes = Int32Array.from({ length: this.samples }, (_, sample) => sampleRows[SAMPLE_FIELDS * sample + 2]);
    this.sampleStarts = this.startsOf(sampleRows);
    let first = 0;
    for (const shard of index.shards) {
      this.firsts.push(first);
      first += shard.texts;
    }
  }

  /** Words parted by single spaces. */
  text(index: number): string {
    const { start, fields } = this.placeOf(index);
    return this.read(index, start + fields[1], fields[2]);
  }

  id(index: number): string {
    const { start, fields } = this.placeOf(index);
    return this.read(index, start, fields[1]);
  }

  /** The text before substitution; empty where it was not kept. */
  original(index: number): string {
    const { start, fields } = this.placeOf(index);
    const before = fields[1] + fields[2];
    return this.read(index, start + before, fields[0] - start - before);
  }

  close(): void {
    if (this.isOpen) this.files.forEach(closeSync);
    this.isOpen = false;
  }

  private placeOf(text: number): { start: number; fields: Uint32Array } {
    if (!(text >= 0 && text < this.texts)) throw new RangeError(`no text ${text}`);
    const fields = this.textRows.subarray(TEXT_FIELDS * text, TEXT_FIELDS * (text + 1));
    const isFirst = this.firsts[this.shardOf(text)] === text;
    return { start: isFirst ? 0 : this.textRows[TEXT_FIELDS * (text - 1)], fields };
  }

  private read(text: number, position: number, length: number): string {
    const shard = this.shardOf(text);
    const bytes = readAt(this.files[shard], position, length, join(this.folder, this.index.shards[shard].name));
    return bytes.toString('utf8');
  }

  /** By halving; empty shards do not exist. */
  private shardOf(text: number): number {
    let low = 0;
    let high = this.firsts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.firsts[middle] <= text) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Counts the samples of each text, and looks at every number on the way. */
  private startsOf(rows: Int32Array): Int32Array {
    const starts = new Int32Array(this.texts + 1);
    let lastText = 0;
    for (let sample = 0; sample < this.samples; sample++) {
      const text = rows[SAMPLE_FIELDS * sample];
      const isPlaced = text >= lastText && text < this.texts && this.isWithin(text, sample);
      if (!isPlaced) throw samplesError(join(this.folder, SAMPLE_FILES.samples), 'samples by text', `sample ${sample}`);
      lastText = text;
      starts[text + 1]++;
    }
    for (let text = 0; text < this.texts; text++) starts[text + 1] += starts[text];
    return starts;
  }

  private isWithin(text: number, sample: number): boolean {
    const [location, sampleClass] = [this.locations[sample], this.classes[sample]];
    return location >= 0 && location < this.wordCounts[text] && sampleClass >= 0 && sampleClass < this.classCount;
  }
}

function readIndex(path: string): SampleIndex {
  const index = parseIndex(
    path,
    readChecked(path, () => readFileSync(path, 'utf8')),
  );
  if (index.version !== SAMPLE_VERSION)
    throw samplesError(path, `version ${SAMPLE_VERSION}`, `version ${index.version}`);
  const texts = index.shards.reduce((sum, shard) => sum + shard.texts, 0);
  if (texts === index.texts) return index;
  throw samplesError(path, `shards of ${index.texts} texts`, `of ${texts}`);
}

function parseIndex(path: string, text: string): SampleIndex {
  try {
    const index: unknown = JSON.parse(text);
    if (typeof index === 'object' && index !== null) return index as SampleIndex;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw samplesError(path, 'a JSON object', 'something else');
}

function readRows(folder: string, index: SampleIndex, what: 'texts' | 'samples', fields: number): ArrayBuffer {
  const path = join(folder, SAMPLE_FILES[what]);
  const bytes = index[what] * fields * 4;
  const file = openChecked(path, bytes);
  try {
    const rows = readAt(file, 0, bytes, path);
    const found = createHash('sha256').update(rows).digest('hex');
    if (found === index.sha256[what]) return rows.buffer as ArrayBuffer;
    throw samplesError(path, `SHA-256 ${index.sha256[what]}`, `SHA-256 ${found}`);
  } finally {
    closeSync(file);
  }
}

function readAt(file: number, position: number, length: number, place: string): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let read = 0; read < length; ) {
    const count = readSync(file, bytes, read, Math.min(length - read, 1 << 30), position + read);
    if (count === 0) throw samplesError(place, `${length} bytes at ${position}`, 'its end');
    read += count;
  }
  return bytes;
}

function openChecked(path: string, bytes: number): number {
  const file = readChecked(path, () => openSync(path, 'r'));
  const { size } = fstatSync(file);
  if (size === bytes) return file;
  closeSync(file);
  throw samplesError(path, `${bytes} bytes`, `${size} bytes`);
}

function readChecked<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw samplesError(path, 'a file', 'nothing');
    throw error;
  }
}

function samplesError(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'medal.samples', 'this is not a whole set of samples', {
    place,
    expected,
    got,
    hint: 'run medal prepare again',
  });
}
