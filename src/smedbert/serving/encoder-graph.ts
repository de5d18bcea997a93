/**
 * BERT's forward pass as an ONNX graph for serving (Devlin et al. 2019): words are looked up inside, batch and sequence are
 * dynamic axes, there is no dropout and no gradient. The programs of training have fixed shapes and rows from outside
 * (onnx/lowering); this graph is written by hand, and a test compares the two.
 * Letters: B samples, S tokens, N = B S, d hidden width, H heads, L labels.
 */
import { OnnxBuilder } from '../../engine/onnx/lowering/onnx-builder.js';
import { ONNX_TYPES, type OnnxModel, type OnnxTensor } from '../../formats/onnx-model.js';
import type { EncoderConfig } from '../../nn/transformer-encoder.js';

/** What turns hidden states into an answer, besides the pooler. */
export interface ServedHead {
  /** A label a token, a label (or a score) a text, or a label of two marked spans. */
  readonly kind: 'tokens' | 'texts' | 'spans';
  readonly labels: number;
}

export interface ServedModel {
  readonly encoder: EncoderConfig;
  /** Whether the folder has one. */
  readonly hasPooler: boolean;
  readonly head?: ServedHead;
}

export interface ServingGraph extends OnnxModel {
  /** Parameters that the graph reads, by Hugging Face's names with `bert.`: they become initializers of these shapes. */
  readonly weights: ReadonlyMap<string, readonly number[]>;
}

/** LayerNormalization came with 17. */
const OPERATOR_SETS = { '': 17 };
/** What padding adds to a score, as in additiveMask. */
const MASKED = -1e9;
const AXES = ['batch', 'sequence'] as const;

export function servingGraph(model: ServedModel): ServingGraph {
  const graph = new EncoderGraph(model.encoder);
  const hidden = graph.encode();
  const { hiddenSize: d } = model.encoder;
  const outputs: OnnxTensor[] = [{ name: 'last_hidden_state', type: 'float32', shape: [...AXES, d] }];
  const states = graph.states(hidden);
  graph.onnx.output('last_hidden_state', states);
  const pooled = model.hasPooler ? graph.pool(states) : undefined;
  if (pooled !== undefined) {
    outputs.push({ name: 'pooler_output', type: 'float32', shape: [AXES[0], d] });
    graph.onnx.output('pooler_output', pooled);
  }
  const { head } = model;
  if (head !== undefined) {
    const shape = head.kind === 'tokens' ? [...AXES, head.labels] : [AXES[0], head.labels];
    outputs.push({ name: 'logits', type: 'float32', shape });
    graph.onnx.output('logits', graph.classify(head, hidden, states, pooled));
  }
  const spans: OnnxTensor[] =
    head?.kind === 'spans' ? [{ name: 'span_weights', type: 'float32', shape: [AXES[0], 2, AXES[1]] }] : [];
  return {
    name: 'bert',
    inputs: [
      ...['input_ids', 'attention_mask', 'token_type_ids'].map(
        (name): OnnxTensor => ({ name, type: 'int64', shape: AXES }),
      ),
      ...spans,
    ],
    outputs,
    initializers: graph.onnx.initializers,
    nodes: graph.onnx.finish(),
    operatorSets: OPERATOR_SETS,
    weights: graph.weights,
  };
}

class EncoderGraph {
  readonly onnx = new OnnxBuilder();
  readonly weights = new Map<string, readonly number[]>();
  /** [2] B and S. */
  private readonly shape = this.onnx.node('Shape', ['input_ids']);

  constructor(private readonly config: EncoderConfig) {}

  /** [N, d] after the last layer. */
  encode(): string {
    const mask = this.mask();
    let hidden = this.embed();
    for (let layer = 0; layer < this.config.layers; layer++) hidden = this.layer(hidden, layer, mask);
    return hidden;
  }

  /** [N, x] -> [B, S, x] */
  states(rows: string, width = this.config.hiddenSize): string {
    return this.reshape(rows, [width]);
  }

  /** [B, S, d] -> [B, d] */
  pool(states: string): string {
    return this.onnx.node('Tanh', [this.dense(this.first(states), 'bert.pooler.dense', this.config.hiddenSize)]);
  }

  /** tokens: [B, S, L], else [B, L]. */
  classify({ kind, labels }: ServedHead, hidden: string, states: string, pooled: string | undefined): string {
    const { hiddenSize: d } = this.config;
    if (kind === 'tokens') return this.states(this.dense(hidden, 'classifier', labels), labels);
    if (pooled === undefined) throw new RangeError(`a head of ${kind} reads the pooler`);
    if (kind === 'texts') return this.dense(pooled, 'classifier', labels);
    const means = this.onnx.node('MatMul', ['span_weights', states]); // [B, 2, d]
    const flat = this.onnx.node('Reshape', [means, this.onnx.integers([-1, 2 * d])]);
    const features = this.onnx.node('Concat', [pooled, flat], { attributes: { axis: 1 } });
    return this.dense(features, 'classifier', labels, 3 * d);
  }

  private embed(): string {
    const { onnx } = this;
    const { hiddenSize: d, vocabularySize, maximumPositions, typeVocabularySize } = this.config;
    const name = 'bert.embeddings';
    const words = onnx.node('Gather', [
      this.weight(`${name}.word_embeddings.weight`, [vocabularySize, d]),
      'input_ids',
    ]);
    const kinds = this.weight(`${name}.token_type_embeddings.weight`, [typeVocabularySize, d]);
    const types = onnx.node('Gather', [kinds, 'token_type_ids']);
    const length = onnx.node('Slice', [this.shape, onnx.integers([1]), onnx.integers([2]), onnx.integers([0])]);
    const table = this.weight(`${name}.position_embeddings.weight`, [maximumPositions, d]);
    const places = onnx.node('Slice', [table, onnx.integers([0]), length, onnx.integers([0])]); // [S, d]
    const sum = onnx.node('Add', [onnx.node('Add', [words, types]), places]);
    return this.normalise(onnx.reshape(sum, [-1, d]), `${name}.LayerNorm`);
  }

  /** [B, 1, 1, S] to be added to scores. */
  private mask(): string {
    const { onnx } = this;
    const real = onnx.cast('attention_mask', ONNX_TYPES.float32);
    const additive = onnx.node('Mul', [onnx.node('Sub', [onnx.float(1), real]), onnx.float(MASKED)]);
    return onnx.node('Unsqueeze', [additive, onnx.integers([1, 2])]);
  }

  private layer(hidden: string, layer: number, mask: string): string {
    const { onnx } = this;
    const { hiddenSize: d, intermediateSize: f } = this.config;
    const name = `bert.encoder.layer.${layer}`;
    const context = this.attend(hidden, `${name}.attention.self`, mask);
    const attended = this.dense(context, `${name}.attention.output.dense`, d);
    const middle = this.normalise(onnx.node('Add', [attended, hidden]), `${name}.attention.output.LayerNorm`);
    const inner = this.gelu(this.dense(middle, `${name}.intermediate.dense`, f));
    const output = this.dense(inner, `${name}.output.dense`, d, f);
    return this.normalise(onnx.node('Add', [output, middle]), `${name}.output.LayerNorm`);
  }

  /** [N, d] -> [N, d] */
  private attend(hidden: string, name: string, mask: string): string {
    const { onnx } = this;
    const { hiddenSize: d, heads } = this.config;
    const part = (which: string, perm: readonly number[]) => {
      const split = this.reshape(this.dense(hidden, `${name}.${which}`, d), [heads, d / heads]);
      return onnx.node('Transpose', [split], { attributes: { perm } });
    };
    const scores = onnx.node('MatMul', [part('query', [0, 2, 1, 3]), part('key', [0, 2, 3, 1])]); // [B, H, S, S]
    const scaled = onnx.node('Mul', [scores, onnx.float(1 / Math.sqrt(d / heads))]);
    const weights = onnx.node('Softmax', [onnx.node('Add', [scaled, mask])], { attributes: { axis: -1 } });
    const joined = onnx.node('MatMul', [weights, part('value', [0, 2, 1, 3])]);
    return onnx.reshape(onnx.node('Transpose', [joined], { attributes: { perm: [0, 2, 1, 3] } }), [-1, d]);
  }

  /** x Phi(x) */
  private gelu(x: string): string {
    const { onnx } = this;
    const erf = onnx.node('Erf', [onnx.node('Mul', [x, onnx.float(Math.SQRT1_2)])]);
    const phi = onnx.node('Mul', [onnx.node('Add', [erf, onnx.float(1)]), onnx.float(0.5)]);
    return onnx.node('Mul', [x, phi]);
  }

  /** Rows times W^T, plus b. */
  private dense(rows: string, name: string, out: number, width = this.config.hiddenSize): string {
    const weight = this.weight(`${name}.weight`, [out, width]);
    const bias = this.weight(`${name}.bias`, [out]);
    return this.onnx.node('Gemm', [rows, weight, bias], { attributes: { transB: 1 } });
  }

  private normalise(rows: string, name: string): string {
    const { hiddenSize: d, layerNormEpsilon } = this.config;
    const scale = this.weight(`${name}.weight`, [d]);
    const shift = this.weight(`${name}.bias`, [d]);
    const attributes = { axis: -1, epsilon: { float: layerNormEpsilon } };
    return this.onnx.node('LayerNormalization', [rows, scale, shift], { attributes });
  }

  private first(states: string): string {
    const index = this.onnx.node('Gather', [states, this.onnx.integers([0])], { attributes: { axis: 1 } }); // [B, 1, d]
    return this.onnx.reshape(index, [-1, this.config.hiddenSize]);
  }

  /** To [B, S, ...rest]. */
  private reshape(value: string, rest: readonly number[]): string {
    const target = this.onnx.node('Concat', [this.shape, this.onnx.integers(rest)], { attributes: { axis: 0 } });
    return this.onnx.node('Reshape', [value, target]);
  }

  private weight(name: string, shape: readonly number[]): string {
    this.weights.set(name, shape);
    return name;
  }
}
