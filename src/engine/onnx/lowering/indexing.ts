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
    const values = onnx.reshape(x.name, [rows, width]);
    const small = rows * shape[0] <= LARGEST_MEMBERSHIP;
    const sum = small ? sumByProduct : sumByScatter;
    return onnx.reshape(sum(onnx, values, ids.name, [shape[0], rows, width]), shape);
  },
};

/** Above this many elements, sums go row by row. */
const LARGEST_MEMBERSHIP = 2 ** 22;

/** A product with the matrix of who belongs where: parallel, in a fixed order, and deaf to ids that name no segment. */
function sumByProduct(onnx: OnnxBuilder, values: string, ids: string, [segments, rows]: number[]): string {
  const numbers = onnx.constant(
    Int32Array.from({ length: segments }, (_, i) => i),
    [segments, 1],
    'int32',
  );
  const belongs = onnx.node('Equal', [numbers, onnx.reshape(ids, [1, rows])]); // [segments, rows]
  return onnx.node('MatMul', [onnx.cast(belongs, ONNX_TYPES.float32), values]);
}

/** ScatterElements adds on one thread, so in a fixed order; ids that name no segment go to a row that is cut off. */
function sumByScatter(onnx: OnnxBuilder, values: string, ids: string, [segments, rows, width]: number[]): string {
  const last = onnx.integer(segments);
  const negative = onnx.node('Less', [ids, onnx.integer(0)]);
  const places = onnx.node('Min', [onnx.node('Where', [negative, last, ids]), last]);
  const columns = onnx.expand(onnx.reshape(onnx.cast(places, ONNX_TYPES.int64), [rows, 1]), [rows, width]);
  const zeros = onnx.uniform(0, [segments + 1, width], 'float32');
  const sums = onnx.node('ScatterElements', [zeros, columns, values], {
    attributes: { axis: 0, reduction: 'add' },
  });
  return onnx.node('Slice', [sums, onnx.integers([0]), onnx.integers([segments]), onnx.integers([0])]);
}
