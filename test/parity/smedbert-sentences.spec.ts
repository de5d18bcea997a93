import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.js';
import { lookUpRows } from '../../src/nn/row-lookups.js';
import type { Sentence } from '../../src/smedbert/instances/sentence.js';
import { collateSentences, sentenceShape } from '../../src/smedbert/instances/sentence-batch.js';
import { sentenceLookups, sentenceParameters, sentenceSignature } from '../../src/smedbert/model/sentence-inputs.js';
import { encode } from '../../src/smedbert/model/smedbert-model.js';
import { parity, parityBatch, parityConfig, parityKnowledge, parityStore } from './smedbert-case.js';

// The sentences of smedbert.json through the batches of whole sentences: the same hidden states as PyTorch's.
describe('whole sentences', () => {
  it.each(['cpu', 'onnx'] as const)('are encoded as by the reference on %s', async (name) => {
    const config = parityConfig({ knowledgeLosses: false });
    const store = parityStore(config);
    const { infused } = parityBatch(parityConfig());
    const sentences = parity.batch.lengths.map((length, b): Sentence => {
      const mine = infused.filter(({ at }) => Math.floor(at / 14) === b);
      return {
        tokens: Int32Array.from(parity.batch.tokenIds[b].slice(0, length)),
        segmentIds: Int32Array.from(parity.batch.segmentIds[b].slice(0, length)),
        mentions: mine.map(({ entity, start, length: size }) => ({ entity, start, length: size })),
        parts: [],
      };
    });
    const knowledge = parityKnowledge(config.knowledge.neighbours);
    const { counts } = knowledge.neighbours;
    const shape = sentenceShape(sentences, { samples: 2, width: 8, maximumTokens: 16 }, counts);
    const batch = collateSentences(sentences, shape, 0, knowledge);
    const parameters = sentenceParameters(store, config);
    const engine = await createEngine(name, 1);
    const program = await engine.compile({
      name: 'sentences',
      inputs: { ...store.signature(parameters), ...sentenceSignature(config, shape) },
      build: (inputs) => ({ final: encode(inputs, inputs, config).final }),
    });
    const { final } = await program.run({
      ...Object.fromEntries(parameters.map((parameter) => [parameter, store.value(parameter)])),
      ...batch.inputs,
      ...lookUpRows(store, sentenceLookups(config), batch.lookups),
    });
    const width = config.encoder.hiddenSize;
    expect(batch.infused).toHaveLength(parity.batch.infusedMentions.length);
    parity.batch.lengths.forEach((length, b) => {
      for (let s = 0; s < length; s++) {
        parity.hidden.final[b][s].forEach((value, j) => {
          expect(final[(b * shape.tokens + s) * width + j], `${b} ${s} ${j}`).toBeCloseTo(value, 4);
        });
      }
    });
    await program.dispose();
  });
});
