import { ONNX_TYPES } from '../../../formats/onnx-model.js';
import { sizeOf } from '../program-graph.js';
import type { Lowering } from './lower-program.js';
import type { OnnxBuilder } from './onnx-builder.js';

/** Ops with computed places. Gathers take int32; scatters want int64. */
export const INDEXING: Readonly<Record<string, Lowering>> = {
  GatherV2: (onnx, { attributes }, [x, indices]) =>
    onnx.node('Gather', [x.name, indices.name], { attributes: { axis: attributes['axis'] as number } }),
  GatherNd: (onnx, _value, [x, indices]) => onnx.node('GatherND', [x.name, onnx.cast(indices.name, ONNX_TYPES.int64)]),
  TensorScatterUpdate: (onnx, _value, [x, indices, updates]) =>
    onnx.node('ScatterND', [x.name, onnx.cast(indices.name, ONNX_TYPES.int64), updates.name]),
  OneHot: (onnx, { attributes, dtype }, [indices]) => {
    const { depth, onValue, offValue } = attributes as { depth: number; onValue: number; offValue: number };
    const oneHot = onnx.node('OneHot', [indices.name, onnx.integer(depth), onnx.floats([offValue, onValue])]);
    return dtype === 'float32' ? oneHot : onnx.cast(oneHot, ONNX_TYPES[dtype]);
  },
  UnsortedSegmentSum: (onnx, { shape }, [x, ids]) => {
    const rows = sizeOf(ids.value.shape);
    const width = sizeOf(shape.slice(1));
    const membership = segmentMembership(onnx, onnx.reshape(ids.name, [1, rows]), shape[0]); // [segments, rows]
    return onnx.reshape(onnx.node('MatMul', [membership, onnx.reshape(x.name, [rows, width])]), shape);
  },
};

/** 1 where a row belongs to a segment. A product with it adds in a fixed order, and ignores ids that name no segment. */
function segmentMembership(onnx: OnnxBuilder, ids: string, segments: number): string {
  const numbers = onnx.constant(
    Int32Array.from({ length: segments }, (_, i) => i),
    [segments, 1],
    'int32',
  );
  return onnx.cast(onnx.node('Equal', [numbers, ids]), ONNX_TYPES.float32);
}
