/**
 * The first K neighbours by PEPR (SMedBERT, section 3.2) of every entity that the corpus mentions, computed once and kept in the
 * workspace under `cache/pepr/<key>/`, the key over graph, corpus and K. Other entities keep the order of the global ranks: a
 * text that comes later may mention them.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { loadFrequencies } from '../../graph/load-frequencies.store.js';
import type { BlockOptions } from '../../graph/neighbour-blocks.js';
import { PERSONAL_SCORE_DEFAULTS } from '../../graph/neighbour-scores.js';
import { loadTopNeighbours } from '../../graph/neighbour-table.store.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import { peprStart } from '../../graph/pepr.js';
import { writeNeighbours } from '../../graph/write-neighbours.store.js';
import type { Artefact } from '../../runs/artefact.js';
import { createFolderAtomically, removeAbandoned } from '../../runs/atomic-folder.js';
import { eventsOf, type Push } from '../../runs/event-channel.js';
import type { StageContext, StageEvent, StageInputs } from '../../runs/stage.js';
import { workspaceOf } from '../../runs/workspace.js';

/** Raised when the same graph and corpus would give other neighbours. */
const VERSION = 1;
/** Mentioned entities times triples up to which each is iterated: about a minute. Beyond, it is pushed. */
const MOST_EXACT = 500_000_000;
/** Of the push, as kg.topk has it: an L1 error that is kept with each entity. */
const EPSILON = 1e-6;
const FREQUENCY_FILE = 'mention-frequency.bin';

/**
 * Makes sure that the neighbours are there; progress and a signal make this the way for long computations.
 * @returns their folder
 * @throws MedgraftError `smedbert.neighbours` without a linked corpus, `run.cancelled`
 */
export async function* preparePersonalNeighbours(
  count: number,
  snapshot: GraphSnapshot,
  inputs: StageInputs,
  { threads, signal }: Pick<StageContext, 'threads' | 'signal'>,
): AsyncGenerator<StageEvent, string> {
  const { graph } = inputs;
  const corpus = corpusOf(inputs);
  const workspace = workspaceOf(graph);
  const folder = join(workspace.home, 'cache', 'pepr', keyOf(graph, corpus, count));
  if (existsSync(folder)) {
    yield { kind: 'note', message: `neighbours by PEPR taken from ${folder}` };
    return folder;
  }
  const frequencies = await loadFrequencies(join(corpus.folder, FREQUENCY_FILE), snapshot.entityCount);
  const samples = Number(corpus.manifest.figures['segments']) || snapshot.entityCount;
  const options = optionsOf(count, snapshot, frequencies, samples);
  const parent = await workspace.makeFolder(dirname(folder));
  await removeAbandoned(parent);
  const task = { graphFolder: graph.folder, snapshot, options, frequencies, threads, signal };
  const fill = async (temporary: string, push: Push<StageEvent>) => {
    const steps = writeNeighbours(temporary, task);
    for (let step = await steps.next(); !step.done; step = await steps.next()) await push(step.value);
  };
  try {
    yield* eventsOf<StageEvent, void>((push) => createFolderAtomically(folder, (temporary) => fill(temporary, push)));
  } catch (error) {
    // Another process may have computed the same meanwhile.
    if (!(error instanceof MedgraftError && error.code === 'disk.exists')) throw error;
  }
  return folder;
}

/** The neighbours, computed if they are not there yet. @throws MedgraftError as `preparePersonalNeighbours` */
export async function personalNeighbours(
  count: number,
  snapshot: GraphSnapshot,
  inputs: StageInputs,
  others: TopNeighbours,
): Promise<TopNeighbours> {
  const patience = { threads: availableParallelism(), signal: new AbortController().signal };
  const steps = preparePersonalNeighbours(count, snapshot, inputs, patience);
  let step = await steps.next();
  while (!step.done) step = await steps.next();
  const own = await loadTopNeighbours(step.value, snapshot.entityCount, count);
  for (let e = 0; e < snapshot.entityCount; e++) {
    if (own.counts[e] > 0) continue;
    const [from, to] = [e * count, (e + 1) * count];
    own.entities.set(others.entities.subarray(from, to), from);
    own.relations.set(others.relations.subarray(from, to), from);
    own.directions.set(others.directions.subarray(from, to), from);
    own.counts[e] = others.counts[e];
  }
  return own;
}

function optionsOf(
  count: number,
  { tripleCount, entityCount }: GraphSnapshot,
  frequencies: Int32Array,
  samples: number,
): BlockOptions {
  const mentioned = frequencies.reduce((sum, frequency) => sum + (frequency > 0 ? 1 : 0), 0);
  return {
    ...PERSONAL_SCORE_DEFAULTS,
    method: mentioned * tripleCount > MOST_EXACT ? 'push' : 'pepr',
    epsilon: EPSILON,
    count,
    side: 'both',
    perType: false,
    direction: 'both',
    weighted: true,
    start: entityCount === 0 ? undefined : peprStart(frequencies, samples),
  };
}

function keyOf(graph: Artefact, corpus: Artefact, count: number): string {
  const text = JSON.stringify({ version: VERSION, graph: graph.hash, corpus: corpus.hash, count });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function corpusOf({ corpus }: StageInputs): Artefact {
  if (corpus !== undefined) return corpus;
  throw new MedgraftError('missing', 'smedbert.neighbours', 'neighbours by PEPR need to know whom a corpus mentions', {
    expected: 'a finished corpus.link',
    hint: 'run first: medgraft corpus link',
  });
}
