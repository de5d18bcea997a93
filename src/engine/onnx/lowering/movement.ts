import type { Lowering } from './lower-program.js';

/** Ops that move, repeat or cut. */
export const MOVEMENT: Readonly<Record<string, Lowering>> = {
  Reshape: (onnx, { shape }, [x]) => onnx.reshape(x.name, shape),
  BroadcastTo: (onnx, { shape }, [x]) => onnx.expand(x.name, shape),
  Transpose: (onnx, { attributes }, [x]) =>
    onnx.node('Transpose', [x.name], { attributes: { perm: attributes['perm'] as number[] } }),
  Tile: (onnx, { attributes }, [x]) => onnx.node('Tile', [x.name, onnx.integers(attributes['reps'] as number[])]),
  Concat: (onnx, { attributes }, parts) =>
    onnx.node(
      'Concat',
      parts.map(({ name }) => name),
      { attributes: { axis: attributes['axis'] as number } },
    ),
  Slice: (onnx, { attributes, shape }, [x]) => {
    const begin = attributes['begin'] as number[];
    const cut = begin.map((_, i) => i).filter((i) => shape[i] !== x.value.shape[i]);
    const starts = onnx.integers(cut.map((i) => begin[i]));
    const ends = onnx.integers(cut.map((i) => begin[i] + shape[i]));
    return onnx.node('Slice', [x.name, starts, ends, onnx.integers(cut)]);
  },
  PadV2: (onnx, { attributes, dtype }, [x]) => {
    const paddings = attributes['paddings'] as number[][];
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    const filler = onnx.uniform(attributes['constantValue'] as number, [], dtype);
    return onnx.node('Pad', [x.name, onnx.integers(pads), filler]);
  },
};
