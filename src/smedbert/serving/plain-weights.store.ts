/** The weights of a folder, from whatever file, as `model.safetensors` by today's names. */
import { join } from 'node:path';
import { writeFile } from '../../formats/byte-sink.js';
import { type NamedTensor, writeSafetensors } from '../../formats/safetensors.js';
import { openWeights } from '../../formats/weight-folder.js';

/** Not weights, or copies of others: transformers makes them itself. */
const LEFT_OUT = /position_ids$|^cls\.predictions\.decoder\.weight$/;
const DECODER_BIAS = 'cls.predictions.decoder.bias';
const BIAS = 'cls.predictions.bias';

/**
 * @param knowledge whether `knowledge.*` is written, too
 * @throws MedgraftError as `openWeights`
 */
export async function writePlainWeights(
  folder: string,
  target: string,
  knowledge: boolean,
): Promise<{ tensors: number; parameters: number }> {
  const file = await openWeights(folder);
  try {
    const tensors: NamedTensor[] = [];
    for (const [name, { shape }] of file.tensors) {
      if (LEFT_OUT.test(name) || (!knowledge && name.startsWith('knowledge.'))) continue;
      if (name === DECODER_BIAS && file.tensors.has(BIAS)) continue;
      tensors.push({ name: todaysName(name), shape, data: await file.float32(name) });
    }
    await writeFile(join(target, 'model.safetensors'), (sink) => writeSafetensors(sink, tensors, { format: 'pt' }));
    return { tensors: tensors.length, parameters: tensors.reduce((sum, { data }) => sum + data.length, 0) };
  } finally {
    await file.close();
  }
}

function todaysName(name: string): string {
  if (name === DECODER_BIAS) return BIAS;
  return name.replace(/Norm\.gamma$/, 'Norm.weight').replace(/Norm\.beta$/, 'Norm.bias');
}
