/**
 * What zstd frames can give at most, by the headers of frames and blocks alone (RFC 8878, 3.1.1): a few bytes may state
 * gigabytes, and decoders ask for the memory before they look further.
 */

/** A block gives at most so many bytes. */
const LARGEST_BLOCK = 1 << 17;
const FRAME = 0xfd2fb528;
/** Of 16 magic numbers of skippable frames, without the last four bits. */
const SKIPPABLE = 0x184d2a5;

export interface ZstdBound {
  /** Bytes of raw blocks and of runs: they come out as stated. */
  readonly stated: number;
  /** At most what compressed blocks give. */
  readonly compressed: number;
  /** Largest window or content that a frame header states. */
  readonly largest: number;
}

/** @throws RangeError when these are no zstd frames, or they are cut */
export function zstdBound(bytes: Uint8Array): ZstdBound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [at, stated, compressed, largest] = [0, 0, 0, 0];
  while (at < bytes.length) {
    const magic = view.getUint32(at, true);
    if (magic >>> 4 === SKIPPABLE) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== FRAME) throw new RangeError('no zstd frame');
    const header = frameHeader(view, at + 4);
    largest = Math.max(largest, header.largest);
    at += 4 + header.bytes;
    for (let last = false; !last; ) {
      const block = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      const kind = (block >> 1) & 3;
      const size = block >>> 3;
      last = (block & 1) === 1;
      at += 3 + (kind === 1 ? 1 : size);
      if (kind === 2) compressed += LARGEST_BLOCK;
      else stated += size;
    }
    if (header.checksum) at += 4;
  }
  return { stated, compressed, largest };
}

function frameHeader(view: DataView, at: number): { bytes: number; largest: number; checksum: boolean } {
  const descriptor = view.getUint8(at);
  const single = ((descriptor >> 5) & 1) === 1;
  const sizeFlag = descriptor >> 6;
  const window = single ? 0 : windowSize(view.getUint8(at + 1));
  const sizeAt = at + 1 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  const sizeBytes = sizeFlag === 0 ? Number(single) : 2 ** sizeFlag;
  const content = contentSize(view, sizeAt, sizeBytes);
  return {
    bytes: sizeAt + sizeBytes - at,
    largest: Math.max(window, content),
    checksum: ((descriptor >> 2) & 1) === 1,
  };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(view: DataView, at: number, bytes: number): number {
  if (bytes === 0) return 0;
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
