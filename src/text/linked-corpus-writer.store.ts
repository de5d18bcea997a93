/** Writes a linked corpus (linked-corpus-layout.ts) segment by segment, front to back, in bounded memory. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf } from '../formats/byte-sink.js';
import type { LinkedSegment } from './linked-corpus.js';
import {
  CORPUS_FILES,
  CORPUS_VERSION,
  type CorpusIndex,
  LARGEST_SHARD,
  MENTION_FIELDS,
  recordBytes,
  type ShardRecord,
  shardName,
} from './linked-corpus-layout.js';

const BUFFER_BYTES = 1 << 20;
const LARGEST_UINT16 = 65535;
const MEBIBYTE = 1 << 20;

export interface CorpusSizes {
  readonly vocabularySize: number;
  readonly entityCount: number;
  /** A shard ends before it gets longer than so many bytes. */
  readonly shardBytes?: number;
}

export class LinkedCorpusWriter {
  private readonly segments: BufferedFile;
  private readonly frequency: Int32Array;
  private readonly index: CorpusIndex;
  private readonly shardBytes: number;
  private shard: { file: BufferedFile; record: ShardRecord } | undefined;

  /** @param folder exists */
  constructor(
    private readonly folder: string,
    { vocabularySize, entityCount, shardBytes = 256 * MEBIBYTE }: CorpusSizes,
  ) {
    this.shardBytes = Math.min(shardBytes, LARGEST_SHARD);
    this.segments = new BufferedFile(join(folder, CORPUS_FILES.segments));
    this.frequency = new Int32Array(entityCount);
    this.index = {
      version: CORPUS_VERSION,
      segments: 0,
      tokens: 0,
      mentions: 0,
      vocabularySize,
      entities: entityCount,
      tokenBytes: vocabularySize - 1 > LARGEST_UINT16 ? 4 : 2,
      shards: [],
    };
  }

  add(segment: LinkedSegment): void {
    const { index } = this;
    const { tokens, wordStarts } = segment;
    const mentions = this.mentionsOf(segment);
    const { file, record } = this.shardFor(recordBytes(tokens.length, segment.mentionStarts.length, index.tokenBytes));
    file.write(mentions);
    file.write(index.tokenBytes === 2 ? Uint16Array.from(tokens) : Uint32Array.from(tokens));
    file.write(wordStarts);
    record.segments++;
    record.bytes = file.written;
    this.segments.write(Uint32Array.of(record.bytes, tokens.length));
    index.segments++;
    index.tokens += tokens.length;
    index.mentions += segment.mentionStarts.length;
  }

  /** Writes what is gathered and closes; the corpus can be opened afterwards. */
  finish(): void {
    this.endShard();
    this.segments.close();
    writeFileSync(join(this.folder, CORPUS_FILES.frequency), bytesOf(this.frequency));
    writeFileSync(join(this.folder, CORPUS_FILES.index), `${JSON.stringify(this.index, null, 2)}\n`);
  }

  /** Closes the files of a corpus that will not be finished. */
  abandon(): void {
    this.shard?.file.abandon();
    this.segments.abandon();
  }

  private mentionsOf(segment: LinkedSegment): Int32Array {
    const mentions = new Int32Array(segment.mentionStarts.length * MENTION_FIELDS);
    for (let m = 0; m < segment.mentionStarts.length; m++) {
      mentions[m * MENTION_FIELDS] = segment.mentionStarts[m];
      mentions[m * MENTION_FIELDS + 1] = segment.mentionLengths[m];
      mentions[m * MENTION_FIELDS + 2] = segment.mentionEntities[m];
      this.frequency[segment.mentionEntities[m]]++;
    }
    return mentions;
  }

  private shardFor(bytes: number) {
    if (this.shard && this.shard.record.bytes + bytes > this.shardBytes) this.endShard();
    if (this.shard) return this.shard;
    const name = shardName(this.index.shards.length);
    const record = { name, segments: 0, bytes: 0, sha256: '' };
    this.index.shards.push(record);
    return (this.shard = { file: new BufferedFile(join(this.folder, name)), record });
  }

  private endShard(): void {
    if (this.shard) this.shard.record.sha256 = this.shard.file.close();
    this.shard = undefined;
  }
}

/** Appends arrays through a buffer of fixed size, and hashes what it writes. */
class BufferedFile {
  written = 0;
  private readonly file: number;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private readonly hash = createHash('sha256');
  private used = 0;
  private isOpen = true;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  write(array: ArrayBufferView): void {
    const bytes = bytesOf(array);
    this.written += bytes.length;
    if (this.used + bytes.length > this.buffer.length) this.flush();
    if (bytes.length > this.buffer.length) this.writeThrough(bytes);
    else {
      this.buffer.set(bytes, this.used);
      this.used += bytes.length;
    }
  }

  /** @returns SHA-256 in hex */
  close(): string {
    this.flush();
    this.abandon();
    return this.hash.digest('hex');
  }

  abandon(): void {
    if (this.isOpen) closeSync(this.file);
    this.isOpen = false;
  }

  private flush(): void {
    this.writeThrough(this.buffer.subarray(0, this.used));
    this.used = 0;
  }

  private writeThrough(bytes: Uint8Array): void {
    this.hash.update(bytes);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.file, bytes, done);
  }
}
