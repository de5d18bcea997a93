/** Mention counts of a linked corpus, t_e of SMedBERT's equation 1: `mention-frequency.bin`, int32 little endian an entity. */
import { MedgraftError } from '../base/errors.js';
import { openSource, readRange } from '../formats/byte-source.js';

/**
 * @returns [entities]
 * @throws MedgraftError `graph.frequencies`, `formats.missing`
 */
export async function loadFrequencies(path: string, entityCount: number): Promise<Int32Array> {
  const source = await openSource(path);
  try {
    if (source.size !== entityCount * Int32Array.BYTES_PER_ELEMENT) throw unfit(path, entityCount, source.size);
    const bytes = await readRange(source, 0, source.size);
    return new Int32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, entityCount);
  } finally {
    await source.close();
  }
}

function unfit(place: string, entityCount: number, bytes: number): MedgraftError {
  return new MedgraftError('conflict', 'graph.frequencies', 'the mention counts are those of another graph', {
    place,
    expected: `${entityCount * Int32Array.BYTES_PER_ELEMENT} bytes for ${entityCount} entities`,
    got: `${bytes} bytes`,
    hint: 'link the corpus again: medgraft corpus link',
  });
}
