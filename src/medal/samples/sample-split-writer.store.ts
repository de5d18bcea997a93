/**
 * Writes one split of a sample set (sample-layout.ts) front to back, in bounded memory. It can be asked how far it is, and a
 * later writer goes on from that answer, whatever was written after it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import { hashFile } from '../../runs/content-hash.js';
import { AppendFile } from './append-file.store.js';
import {
  LARGEST_SHARD,
  SAMPLE_FIELDS,
  SAMPLE_FILES,
  SAMPLE_VERSION,
  type SampleIndex,
  sampleShardName,
  TEXT_FIELDS,
} from './sample-layout.js';

const SHARD_BYTES = 256 << 20;

/** How far a writer was; plain data, to be kept as JSON. */
export interface SplitProgress {
  readonly texts: number;
  readonly samples: number;
  readonly shards: readonly { readonly texts: number; readonly bytes: number }[];
}

export interface SplitText {
  readonly id: string;
  /** Words parted by single spaces. */
  readonly text: string;
  /** Before substitution. */
  readonly original?: string;
  readonly samples: readonly { readonly location: number; readonly class: number }[];
}

export interface SplitWriterOptions {
  /** Of the inventory. */
  readonly classes: number;
  /** A shard ends before it gets longer. */
  readonly shardBytes?: number;
  readonly from?: SplitProgress;
}

const NOTHING: SplitProgress = { texts: 0, samples: 0, shards: [] };

export class SampleSplitWriter {
  private readonly textRows: AppendFile;
  private readonly sampleRows: AppendFile;
  private readonly shards: { texts: number; bytes: number }[];
  private shard: AppendFile | undefined;
  private readonly classes: number;
  private readonly shardBytes: number;
  private texts: number;
  private samples: number;
  private lastSample = { text: -1, location: -1 };

  /** @param folder is made; with `from` it is the one that an earlier writer left */
  constructor(
    private readonly folder: string,
    { classes, shardBytes = SHARD_BYTES, from = NOTHING }: SplitWriterOptions,
  ) {
    mkdirSync(folder, { recursive: true });
    this.classes = classes;
    this.shardBytes = Math.min(shardBytes, LARGEST_SHARD);
    this.texts = from.texts;
    this.samples = from.samples;
    this.shards = from.shards.map((shard) => ({ ...shard }));
    this.textRows = new AppendFile(join(folder, SAMPLE_FILES.texts), from.texts * TEXT_FIELDS * 4);
    this.sampleRows = new AppendFile(join(folder, SAMPLE_FILES.samples), from.samples * SAMPLE_FIELDS * 4);
  }

  /** A text with all its samples, by location. */
  add({ id, text, original, samples }: SplitText): void {
    const number = this.addText(id, text, original);
    for (const sample of samples) this.addSample(number, sample.location, sample.class);
  }

  /** @returns the text's number, for `addSample` */
  addText(id: string, text: string, original = ''): number {
    const [idBytes, textBytes] = [Buffer.from(id), Buffer.from(text)];
    const record = Buffer.concat([idBytes, textBytes, Buffer.from(original)]);
    return this.addRecord(record, idBytes.length, textBytes.length, wordsOf(text));
  }

  /** @param record id, text and original in a row, UTF-8 */
  addRecord(record: Uint8Array, idBytes: number, textBytes: number, words: number): number {
    const shard = this.shardFor(record.length);
    shard.file.append(record);
    shard.counts.texts++;
    shard.counts.bytes = shard.file.length;
    this.textRows.append(Uint32Array.of(shard.counts.bytes, idBytes, textBytes, words));
    return this.texts++;
  }

  /** In ascending order of texts and locations. @throws RangeError */
  addSample(text: number, location: number, sampleClass: number): void {
    const { text: lastText, location: lastLocation } = this.lastSample;
    const isNext = text > lastText || (text === lastText && location >= lastLocation);
    if (!isNext || text >= this.texts) throw new RangeError(`sample at ${location} of text ${text} out of order`);
    if (!(sampleClass >= 0 && sampleClass < this.classes)) throw new RangeError(`no class ${sampleClass}`);
    this.lastSample = { text, location };
    this.sampleRows.append(Int32Array.of(text, location, sampleClass));
    this.samples++;
  }

  /** Everything up to here is on disk, and a later writer can go on from the answer. */
  progress(): SplitProgress {
    for (const file of [this.shard, this.textRows, this.sampleRows]) file?.sync();
    return { texts: this.texts, samples: this.samples, shards: this.shards.map((shard) => ({ ...shard })) };
  }

  /** Writes what is gathered and closes; the split can be opened afterwards. */
  async finish(): Promise<void> {
    for (const file of [this.shard, this.textRows, this.sampleRows]) file?.close();
    const hashOf = async (name: string) => (await hashFile(join(this.folder, name))).sha256;
    const shards: SampleIndex['shards'] = [];
    for (const [number, counts] of this.shards.entries()) {
      const name = sampleShardName(number);
      shards.push({ name, ...counts, sha256: await hashOf(name) });
    }
    const index: SampleIndex = {
      version: SAMPLE_VERSION,
      texts: this.texts,
      samples: this.samples,
      classes: this.classes,
      sha256: { texts: await hashOf(SAMPLE_FILES.texts), samples: await hashOf(SAMPLE_FILES.samples) },
      shards,
    };
    await writeFileAtomically(join(this.folder, SAMPLE_FILES.index), `${JSON.stringify(index, null, 2)}\n`);
  }

  /** Closes the files of a split that will not be finished here. */
  abandon(): void {
    for (const file of [this.shard, this.textRows, this.sampleRows]) file?.close(false);
  }

  private shardFor(bytes: number) {
    const last = this.shards.length - 1;
    const fits = last >= 0 && this.shards[last].bytes + bytes <= this.shardBytes;
    if (!fits) {
      this.shard?.close();
      this.shard = new AppendFile(join(this.folder, sampleShardName(this.shards.length)));
      this.shards.push({ texts: 0, bytes: 0 });
    }
    const counts = this.shards[this.shards.length - 1];
    // After an interruption the last shard is opened again.
    this.shard ??= new AppendFile(join(this.folder, sampleShardName(last)), counts.bytes);
    return { file: this.shard, counts };
  }
}

function wordsOf(text: string): number {
  let words = text === '' ? 0 : 1;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1)) words++;
  return words;
}
