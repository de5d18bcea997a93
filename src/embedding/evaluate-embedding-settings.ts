import { Setting } from '../settings/setting.js';

/** Settings of `kg.evaluate`. */
export class EvaluateEmbeddingSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning: 'Which triples of the training are ranked: those held out to the end, to stop by, or those trained on.',
    choices: ['test', 'valid', 'train'],
  })
  split: 'test' | 'valid' | 'train' = 'test';

  @Setting({
    type: 'string',
    meaning: 'File of triples to rank instead (head, tab, relation, tab, tail), by name or key.',
    optional: true,
    path: 'data',
  })
  triples?: string;

  @Setting({ type: 'boolean', meaning: 'Leave out lines of this file whose names the graph does not have.' })
  dropUnknown = false;

  @Setting({
    type: 'integer',
    meaning: 'Triples that are ranked, at most, drawn by the seed; not set: all.',
    minimum: 1,
    optional: true,
  })
  limit?: number;

  @Setting({
    type: 'string',
    meaning: 'Candidates: all entities, or those that the data has at that side of the relation (OpenKE).',
    choices: ['all', 'typed'],
  })
  candidates: 'all' | 'typed' = 'all';

  @Setting({
    type: 'string',
    meaning: 'Ranks up to which hits are counted, with commas between them.',
    freeText: true,
  })
  hits = '1,3,10';

  @Setting({ type: 'boolean', meaning: 'Also judge how well scores tell true triples from false ones.' })
  classification = true;

  @Setting({
    type: 'string',
    meaning:
      'False triples for it: replaced by entities known at that side of the relation (Socher et al.), or by any.',
    choices: ['typed', 'uniform'],
  })
  negatives: 'typed' | 'uniform' = 'typed';

  @Setting({ type: 'integer', meaning: 'Seed of the draws.', minimum: 0 })
  seed = 0;

  @Setting({
    type: 'string',
    meaning: 'Who multiplies matrices: onnx is fast, wasm is everywhere; scores differ in their last digits.',
    choices: ['onnx', 'wasm'],
  })
  engine: 'onnx' | 'wasm' = 'onnx';

  @Setting({
    type: 'integer',
    meaning: 'Threads that rank; the ranks do not depend on it.',
    minimum: 1,
    maximum: 64,
    cosmetic: true,
  })
  threads = 2;
}
