import { ProtobufWriter } from '../formats/protobuf.js';

const FLOAT = 1;
const IR_VERSION = 8;
const OPERATOR_SET = 17;

/**
 * The smallest useful ONNX model, y[2,2] = a[2,2] b[2,2], to see that the runtime computes. Field numbers of
 * onnx.proto: ModelProto {ir_version 1, graph 7, opset_import 8}, GraphProto {node 1, name 2, input 11, output 12}.
 */
export function tinyProductModel(): Uint8Array {
  return new ProtobufWriter()
    .varint(1, IR_VERSION)
    .message(7, (graph) => {
      graph.message(1, (node) => node.string(1, 'a').string(1, 'b').string(2, 'y').string(4, 'MatMul'));
      graph.string(2, 'product');
      for (const input of ['a', 'b']) graph.message(11, squareTensor(input));
      graph.message(12, squareTensor('y'));
    })
    .message(8, (set) => set.varint(2, OPERATOR_SET))
    .finish();
}

/** ValueInfoProto {name 1, type 2 {tensor_type 1 {elem_type 1, shape 2 {dim 1 {dim_value 1}}}}}. */
function squareTensor(name: string): (value: ProtobufWriter) => void {
  return (value) => {
    value.string(1, name).message(2, (type) => {
      type.message(1, (tensor) => {
        tensor.varint(1, FLOAT).message(2, (shape) => {
          for (let i = 0; i < 2; i++) shape.message(1, (dimension) => dimension.varint(1, 2));
        });
      });
    });
  };
}
