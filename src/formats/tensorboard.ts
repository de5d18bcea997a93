/**
 * TensorBoard event files: scalars of a run that TensorBoard shows, appended record by record, and read back.
 * Format: TFRecord framing (length u64, masked CRC-32C of it, data, masked CRC-32C of the data) around `Event` messages
 * (tensorflow/core/util/event.proto: wall_time = 1, step = 2, file_version = 3, summary = 5) with `Summary.Value`
 * (summary.proto: tag = 1, simple_value = 2).
 */
import { type FileHandle, open } from 'node:fs/promises';
import { MedgraftError } from '../base/errors.js';
import { type ByteSource, openSource, readRange } from './byte-source.js';
import { maskedCrc32c } from './crc32c.js';
import { type ProtobufField, ProtobufReader, ProtobufWriter } from './protobuf.js';

const FILE_VERSION = 'brain.Event:2';
const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;

export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** Tag, for example `train/loss`, and value (float32). */
  readonly scalars: ReadonlyMap<string, number>;
}

/** The name that TensorBoard looks for. @param wallTime seconds since 1970 @param host any name without slashes */
export function eventFileName(wallTime: number, host: string): string {
  return `events.out.tfevents.${String(Math.floor(wallTime)).padStart(10, '0')}.${host}`;
}

/** Appends to one event file. Each call hands its bytes to the operating system before it returns. */
export class EventFileWriter {
  private constructor(private readonly handle: FileHandle) {}

  /**
   * Opens or creates the file. A record that a crash left torn at its end is cut off, so what follows stays readable.
   * @param wallTime seconds since 1970, for the version record of a new file
   * @throws MedgraftError `formats.tensorboard` when the file is something else
   */
  static async open(path: string, wallTime: number): Promise<EventFileWriter> {
    const handle = await open(path, 'a+');
    try {
      const { size } = await handle.stat();
      const complete = size === 0 ? 0 : await completeBytes(path);
      if (complete < size) await handle.truncate(complete);
      const writer = new EventFileWriter(handle);
      const version = new ProtobufWriter().double(1, wallTime).string(3, FILE_VERSION);
      if (complete === 0) await writer.append(version);
      return writer;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** @param wallTime seconds since 1970 @param step a non-negative integer */
  async scalars(wallTime: number, step: number, values: Readonly<Record<string, number>>): Promise<void> {
    const summary = new ProtobufWriter();
    for (const [tag, value] of Object.entries(values)) {
      summary.message(1, (item) => item.string(1, tag).float(2, value));
    }
    await this.append(new ProtobufWriter().double(1, wallTime).varint(2, step).message(5, summary));
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async append(event: ProtobufWriter): Promise<void> {
    await this.handle.appendFile(frameRecord(event.finish()));
  }
}

/** Reads the scalar events of a file in order. @throws MedgraftError `formats.tensorboard`, `formats.missing` */
export async function* readEventFile(path: string): AsyncGenerator<ScalarEvent, void> {
  const source = await openSource(path);
  try {
    yield* readEvents(source);
  } finally {
    await source.close();
  }
}

/** As `readEventFile`. A record cut at the end of the file is not an error: its writer may be at work. */
export async function* readEvents(source: ByteSource): AsyncGenerator<ScalarEvent, void> {
  for await (const record of readRecords(source)) {
    const event = parseEvent(record.data, `${source.place}, byte ${record.offset}`);
    if (event.scalars.size > 0) yield event;
  }
}

/** Bytes up to the end of the last complete record. */
async function completeBytes(path: string): Promise<number> {
  const source = await openSource(path);
  try {
    let end = 0;
    for await (const { offset, data } of readRecords(source)) end = offset + HEADER_BYTES + data.length + FOOTER_BYTES;
    return end;
  } finally {
    await source.close();
  }
}

async function* readRecords(source: ByteSource): AsyncGenerator<{ offset: number; data: Uint8Array }, void> {
  let offset = 0;
  while (offset + HEADER_BYTES <= source.size) {
    const place = `${source.place}, byte ${offset}`;
    const header = await readRange(source, offset, HEADER_BYTES);
    const view = new DataView(header.buffer);
    checkCrc(header.subarray(0, 8), view.getUint32(8, true), place);
    const length = Number(view.getBigUint64(0, true));
    if (offset + HEADER_BYTES + length + FOOTER_BYTES > source.size) return;
    const body = await readRange(source, offset + HEADER_BYTES, length + FOOTER_BYTES);
    const data = body.subarray(0, length);
    checkCrc(data, new DataView(body.buffer).getUint32(length, true), place);
    yield { offset, data };
    offset += HEADER_BYTES + length + FOOTER_BYTES;
  }
}

function checkCrc(bytes: Uint8Array, expected: number, place: string): void {
  if (maskedCrc32c(bytes) === expected) return;
  throw new MedgraftError('input', 'formats.tensorboard', 'the record is damaged, or this is no event file', {
    place,
    expected: 'the masked CRC-32C of the record',
  });
}

function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEADER_BYTES + data.length + FOOTER_BYTES);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, HEADER_BYTES);
  view.setUint32(HEADER_BYTES + data.length, maskedCrc32c(data), true);
  return record;
}

function parseEvent(data: Uint8Array, place: string): ScalarEvent {
  let wallTime = 0;
  let step = 0;
  const scalars = new Map<string, number>();
  for (const field of new ProtobufReader(data, place)) {
    if (field.number === 1) wallTime = field.double();
    else if (field.number === 2) step = Number(field.signed());
    else if (field.number === 5) addScalars(field, scalars);
  }
  return { wallTime, step, scalars };
}

function addScalars(summary: ProtobufField, scalars: Map<string, number>): void {
  for (const item of summary.message()) {
    if (item.number !== 1) continue;
    let tag = '';
    let value: number | undefined;
    for (const field of item.message()) {
      if (field.number === 1) tag = field.string();
      else if (field.number === 2) value = field.float();
    }
    if (value !== undefined) scalars.set(tag, value);
  }
}
