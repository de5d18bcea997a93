/**
 * Writes ONNX models: the messages of onnx.proto (github.com/onnx/onnx, IR version 9) that a tensor program needs.
 * Field numbers are those of the schema.
 */
import type { ByteSink } from './byte-sink.js';
import { ProtobufWriter } from './protobuf.js';

/** TensorProto.DataType. */
export const ONNX_TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
export type OnnxType = keyof typeof ONNX_TYPES;

export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxType;
  /** A name stands for a side that may have any size. */
  readonly shape: readonly (number | string)[];
}
export interface OnnxInitializer extends OnnxTensor {
  readonly shape: readonly number[];
  /** Little-endian values in row-major order. */
  readonly bytes: Uint8Array;
}
/** Float32 values that are handed over beside the model, under its name as if it were a file. */
export interface OnnxExternal {
  readonly name: string;
  readonly shape: readonly number[];
}
/** Integers are written as ints, `{ float }` as a float, lists as lists of integers. */
export type OnnxAttribute = number | { readonly float: number } | readonly number[] | string;

export interface OnnxNode {
  readonly type: string;
  /** Empty: the standard set. */
  readonly domain: string;
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxModel {
  readonly name: string;
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  readonly initializers: readonly OnnxInitializer[];
  readonly external?: readonly OnnxExternal[];
  readonly nodes: readonly OnnxNode[];
  /** Version of each operator set, by domain. */
  readonly operatorSets: Readonly<Record<string, number>>;
}

const IR_VERSION = 9;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;
/** TensorProto.DataLocation. */
const LIES_OUTSIDE = 1;

export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const writer = new ProtobufWriter().varint(1, IR_VERSION).string(2, 'medgraft');
  writer.message(7, (graph) => writeGraph(graph, model));
  return operatorSets(writer, model).finish();
}

/** Float32 initializers that are written without being in memory together: name -> shape. */
export type StreamedWeights = ReadonlyMap<string, readonly number[]>;

/** Bytes that `writeOnnxModel` writes. */
export function onnxBytes(model: OnnxModel, weights: StreamedWeights): number {
  const { head, graph, tail, parts } = piecesOf(model, weights);
  return parts.reduce(
    (sum, { prefix, bytes }) => sum + prefix.length + bytes,
    head.length + graph.length + tail.length,
  );
}

/**
 * A model with its weights, one of them in memory at a time.
 * @param read little-endian float32 values of a weight, row-major
 * @throws RangeError when a weight is not as long as its shape
 */
export async function writeOnnxModel(
  sink: ByteSink,
  model: OnnxModel,
  weights: StreamedWeights,
  read: (name: string) => Promise<Uint8Array>,
): Promise<void> {
  const { head, graph, tail, parts } = piecesOf(model, weights);
  await sink.write(head);
  await sink.write(graph);
  for (const { name, prefix, bytes } of parts) {
    const data = await read(name);
    if (data.length !== bytes) throw new RangeError(`${name}: ${data.length} bytes for ${bytes}`);
    await sink.write(prefix);
    await sink.write(data);
  }
  await sink.write(tail);
}

/** Fields may come in any order: the graph first, whose last fields are the weights, then the sets of operators. */
function piecesOf(model: OnnxModel, weights: StreamedWeights) {
  const graphWriter = new ProtobufWriter();
  writeGraph(graphWriter, model);
  const graph = graphWriter.finish();
  const parts = Array.from(weights, ([name, shape]) => {
    const bytes = 4 * shape.reduce((product, side) => product * side, 1);
    const tensor = new ProtobufWriter().packedVarints(1, shape).varint(2, ONNX_TYPES.float32).string(8, name);
    const described = tensor.lengthOf(9, bytes).finish();
    const field = new ProtobufWriter().lengthOf(5, described.length + bytes).finish();
    return { name, bytes, prefix: Uint8Array.from([...field, ...described]) };
  });
  const length = parts.reduce((sum, { prefix, bytes }) => sum + prefix.length + bytes, graph.length);
  const head = new ProtobufWriter().varint(1, IR_VERSION).string(2, 'medgraft').lengthOf(7, length).finish();
  return { head, graph, parts, tail: operatorSets(new ProtobufWriter(), model).finish() };
}

function operatorSets(writer: ProtobufWriter, model: OnnxModel): ProtobufWriter {
  for (const [domain, version] of Object.entries(model.operatorSets)) {
    writer.message(8, (set) => void set.string(1, domain).varint(2, version));
  }
  return writer;
}

function writeGraph(graph: ProtobufWriter, model: OnnxModel): void {
  for (const node of model.nodes) graph.message(1, (writer) => writeNode(writer, node));
  graph.string(2, model.name);
  for (const initializer of model.initializers) graph.message(5, (writer) => writeInitializer(writer, initializer));
  for (const values of model.external ?? []) graph.message(5, (writer) => writeExternal(writer, values));
  for (const input of model.inputs) graph.message(11, (writer) => writeValueInfo(writer, input));
  for (const output of model.outputs) graph.message(12, (writer) => writeValueInfo(writer, output));
}

function writeNode(writer: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(3, node.outputs[0]).string(4, node.type);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, (attribute) => writeAttribute(attribute.string(1, name), value));
  }
  if (node.domain !== '') writer.string(7, node.domain);
}

function writeAttribute(writer: ProtobufWriter, value: OnnxAttribute): void {
  if (typeof value === 'number') writer.varint(3, value).varint(20, ATTRIBUTE_INT);
  else if (typeof value === 'string') writer.string(4, value).varint(20, ATTRIBUTE_STRING);
  else if ('float' in value) writer.float(2, value.float).varint(20, ATTRIBUTE_FLOAT);
  else writer.packedVarints(8, value).varint(20, ATTRIBUTE_INTS);
}

function writeInitializer(writer: ProtobufWriter, { name, type, shape, bytes }: OnnxInitializer): void {
  writer.packedVarints(1, shape).varint(2, ONNX_TYPES[type]).string(8, name).bytes(9, bytes);
}

function writeExternal(writer: ProtobufWriter, { name, shape }: OnnxExternal): void {
  const bytes = 4 * shape.reduce((product, side) => product * side, 1);
  writer.packedVarints(1, shape).varint(2, ONNX_TYPES.float32).string(8, name);
  for (const [key, value] of Object.entries({ location: name, offset: '0', length: String(bytes) })) {
    writer.message(13, (entry) => void entry.string(1, key).string(2, value));
  }
  writer.varint(14, LIES_OUTSIDE);
}

function writeValueInfo(writer: ProtobufWriter, { name, type, shape }: OnnxTensor): void {
  writer.string(1, name).message(2, (typeProto) => {
    typeProto.message(1, (tensor) => {
      tensor.varint(1, ONNX_TYPES[type]).message(2, (dimensions) => {
        for (const side of shape) {
          dimensions.message(1, (dimension) => {
            if (typeof side === 'string') dimension.string(2, side);
            else dimension.varint(1, side);
          });
        }
      });
    });
  });
}
