/** A folder of Hugging Face's layout as one ONNX file, a tensor in memory at a time. */
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { bytesOf, writeFile } from '../../formats/byte-sink.js';
import { onnxBytes, writeOnnxModel } from '../../formats/onnx-model.js';
import type { WeightFile } from '../../formats/weight-file.js';
import { openWeights } from '../../formats/weight-folder.js';
import { namesOfParameter, readEncoderConfig } from '../../nn/model-weights.store.js';
import { type ServedHead, type ServedModel, type ServingGraph, servingGraph } from './encoder-graph.js';

export const ONNX_FILE = 'model.onnx';
/** Protocol Buffers holds no more in one message. */
const LARGEST_MODEL = 2 ** 31 - 1;

/**
 * @param architecture `architectures` of config.json, which tells heads of tokens from heads of texts
 * @returns what was written
 * @throws MedgraftError `checkpoint.encoder`, `checkpoint.mismatch`, `smedbert.onnx-size`, and as `openWeights`
 */
export async function writeServingModel(folder: string, target: string, architecture: string): Promise<ServedModel> {
  const encoder = await readEncoderConfig(folder);
  const file = await openWeights(folder);
  try {
    const head = headOf(file, encoder.hiddenSize, architecture);
    const hasPooler = sourceOf(file, 'bert.pooler.dense.weight') !== undefined;
    const model: ServedModel = { encoder, hasPooler, ...(head && { head }) };
    if (head && head.kind !== 'tokens' && !hasPooler) throw missing(file, 'bert.pooler.dense.weight');
    const graph = servingGraph(model);
    const sources = sourcesOf(file, graph);
    const bytes = onnxBytes(graph, graph.weights);
    if (bytes > LARGEST_MODEL) throw tooLarge(folder, bytes);
    const read = async (name: string) => bytesOf(await file.float32(sources.get(name) as string));
    await writeFile(join(target, ONNX_FILE), (sink) => writeOnnxModel(sink, graph, graph.weights, read));
    return model;
  } finally {
    await file.close();
  }
}

function headOf(file: WeightFile, hiddenSize: number, architecture: string): ServedHead | undefined {
  const shape = file.tensors.get('classifier.weight')?.shape;
  if (shape?.length !== 2) return undefined;
  const [labels, width] = shape;
  if (width === 3 * hiddenSize) return { kind: 'spans', labels };
  return { kind: architecture.includes('TokenClassification') ? 'tokens' : 'texts', labels };
}

/** Parameter -> its name in the file. */
function sourcesOf(file: WeightFile, { weights }: ServingGraph): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const [name, shape] of weights) {
    const source = sourceOf(file, name);
    if (source === undefined) throw missing(file, name);
    const found = file.tensors.get(source)?.shape ?? [];
    if (found.join() !== shape.join()) {
      throw new MedgraftError('conflict', 'checkpoint.mismatch', 'the weights are not those of config.json', {
        place: `${file.place}, ${source}`,
        expected: `[${shape.join(', ')}]`,
        got: `[${found.join(', ')}]`,
      });
    }
    sources.set(name, source);
  }
  return sources;
}

function sourceOf(file: WeightFile, name: string): string | undefined {
  return namesOfParameter(name).find((known) => file.tensors.has(known));
}

function missing(file: WeightFile, name: string): MedgraftError {
  return new MedgraftError('input', 'checkpoint.encoder', 'the folder does not hold what is to be served', {
    place: file.place,
    expected: name,
    got: `${file.tensors.size} tensors`,
  });
}

function tooLarge(place: string, bytes: number): MedgraftError {
  return new MedgraftError('input', 'smedbert.onnx-size', 'the model is too large for one ONNX file', {
    place,
    expected: `at most ${LARGEST_MODEL} bytes`,
    got: `${bytes} bytes`,
  });
}
