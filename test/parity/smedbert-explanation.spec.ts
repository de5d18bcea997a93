import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.js';
import type { NamedData } from '../../src/engine/engine.js';
import { lookUpRows } from '../../src/nn/row-lookups.js';
import { explanationParameters, explanationProgram } from '../../src/smedbert/explanation/explanation-program.js';
import type { Sentence } from '../../src/smedbert/instances/sentence.js';
import { collateSentences, sentenceShape } from '../../src/smedbert/instances/sentence-batch.js';
import { sentenceLookups } from '../../src/smedbert/model/sentence-inputs.js';
import { parity, parityBatch, parityConfig, parityKnowledge, parityStore } from './smedbert-case.js';

// Attention, gates and masks of the sentences of smedbert.json, as an explanation asks for them, against PyTorch's.
const SAMPLE = 14;
const CONFIG = parityConfig({ knowledgeLosses: false });

async function explain(change?: (store: ReturnType<typeof parityStore>) => void) {
  const store = parityStore(CONFIG);
  change?.(store);
  const { infused } = parityBatch(parityConfig());
  const sentences = parity.batch.lengths.map((length, b): Sentence => {
    const mine = infused.filter(({ at }) => Math.floor(at / SAMPLE) === b);
    return {
      tokens: Int32Array.from(parity.batch.tokenIds[b].slice(0, length)),
      segmentIds: Int32Array.from(parity.batch.segmentIds[b].slice(0, length)),
      mentions: mine.map(({ entity, start, length: size }) => ({ entity, start, length: size })),
      parts: [],
    };
  });
  const knowledge = parityKnowledge(CONFIG.knowledge.neighbours);
  const sizes = { samples: 2, width: SAMPLE, maximumTokens: 16 };
  const { maskedPositions } = parity.batch;
  const shape = { ...sentenceShape(sentences, sizes, knowledge.neighbours.counts), masks: maskedPositions.length };
  const batch = collateSentences(sentences, shape, 0, knowledge);
  const engine = await createEngine('onnx', 1);
  const program = await engine.compile(explanationProgram(store, CONFIG, shape));
  const maskSlots = new Int32Array(2 * SAMPLE).fill(shape.masks);
  maskedPositions.forEach((position, p) => {
    maskSlots[position] = p;
  });
  const all: NamedData = {
    ...Object.fromEntries(explanationParameters(store, CONFIG, true).map((name) => [name, store.value(name)])),
    ...batch.inputs,
    ...lookUpRows(store, sentenceLookups(CONFIG), batch.lookups),
    maskPositions: Int32Array.from(maskedPositions),
    maskSlots,
  };
  const outputs = await program.run(Object.fromEntries(Object.keys(program.inputs).map((name) => [name, all[name]])));
  await program.dispose();
  return { outputs, batch };
}

describe('the explanation program', () => {
  it('gives the attention of the reference', async () => {
    const { outputs, batch } = await explain();
    const { heads, neighbours: k } = CONFIG.knowledge;
    const types = parity.batch.entityTypes;
    parity.intermediate.nodeAttention.forEach((mention, m) => {
      mention.forEach((weights, h) => {
        const got = Array.from(weights, (_, i) => outputs['nodeWeights'][(m * heads + h) * k + i]);
        got.forEach((weight, i) => void expect(weight).toBeCloseTo(weights[i], 4));
        expect(got.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
      });
      const { types: present, weights } = parity.intermediate.typeAttention[m];
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 4);
      parity.batch.infusedMentions[m].neighbours.forEach((entity, i) => {
        const expected = weights[present.indexOf(types[entity])];
        expect(outputs['typeWeights'][m * k + i]).toBeCloseTo(expected, 4);
      });
    });
    expect(batch.infused).toHaveLength(parity.intermediate.nodeAttention.length);
  });

  it('gives the change that the infusion made, as the hidden states of the reference tell', async () => {
    const { outputs, batch } = await explain();
    const before = parity.hidden.layers[CONFIG.knowledge.infusionLayer - 1];
    let q = 0;
    for (const { at, length } of batch.infused) {
      for (let i = 0; i < length; i++, q++) {
        const [b, s] = [Math.floor((at + i) / SAMPLE), (at + i) % SAMPLE];
        const difference = before[b][s].map((value, j) => parity.hidden.infused[b][s][j] - value);
        expect(outputs['changes'][q]).toBeCloseTo(Math.hypot(...difference) / Math.hypot(...before[b][s]), 3);
        expect(outputs['gates'][q]).toBeGreaterThan(0);
        expect(outputs['gates'][q]).toBeLessThanOrEqual(1);
      }
    }
    expect(q).toBeGreaterThan(3);
  });

  it('gives the mean size of the gate', async () => {
    const { outputs } = await explain((store) => {
      store.value('knowledge.gate.weight').fill(0);
      store.value('knowledge.gate.bias').forEach((_, j, bias) => {
        bias[j] = j % 2 === 0 ? 0.5 : -0.25;
      });
    });
    expect(outputs['gates'][0]).toBeCloseTo((Math.tanh(0.5) + Math.tanh(0.25)) / 2, 5);
  });

  it('gives the probabilities of masked tokens that the loss of the reference is made of', async () => {
    const { outputs } = await explain();
    const { vocabularySize } = CONFIG.encoder;
    const { maskedLabels } = parity.batch;
    const losses = maskedLabels.map((label, p) => -Math.log(outputs['probabilities'][p * vocabularySize + label]));
    expect(losses.reduce((sum, loss) => sum + loss, 0) / losses.length).toBeCloseTo(parity.losses.mlm, 3);
  });
});
