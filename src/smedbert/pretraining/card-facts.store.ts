/** What a model card says of the inputs of a run, read from their manifests: by name and hash, without places of the machine. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Vocabulary } from '../../formats/vocabulary.js';
import { STORE_FILE } from '../../graph/graph-files.store.js';
import { EmbeddedGraphStore } from '../../graph/store/embedded/embedded-graph.store.js';
import type { CardFile } from '../../nn/card-sections.js';
import type { Artefact } from '../../runs/artefact.js';
import { codeVersion } from '../../runs/code-version.js';
import type { StageInputs } from '../../runs/stage.js';
import { readCorpusSources } from '../../text/corpus-sources.store.js';
import type { CardFacts, CardSource } from './model-card.js';

export async function cardFacts(inputs: StageInputs, { tokens }: Vocabulary, text: string): Promise<CardFacts> {
  const { graph, corpus, vectors } = inputs;
  const sources = await readCorpusSources(corpus.folder);
  return {
    graph: {
      hash: graph.hash,
      figures: figuresOf(graph, ['entities', 'triples', 'relations', 'types', 'contentHash']),
      sources: await sourcesOf(graph),
      files: filesOf(graph),
    },
    vectors: {
      hash: vectors.hash,
      model: String(vectors.manifest.figures['model'] ?? vectors.manifest.settings['model']),
    },
    corpus: {
      hash: corpus.hash,
      figures: figuresOf(corpus, [
        'segments',
        'characters',
        'tokens',
        'mentions',
        'mentionsPer512Characters',
        'linkedSegmentShare',
        'distinctEntities',
        'distinctEntityShare',
      ]),
      licence: sources?.licence,
      prepared: sources?.prepared,
      files: sources?.files ?? [],
    },
    vocabulary: { pieces: tokens.length, sha256: createHash('sha256').update(text).digest('hex') },
    codeVersion: codeVersion(),
  };
}

function figuresOf({ manifest }: Artefact, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => [name, manifest.figures[name]]).filter(([, value]) => value !== undefined),
  );
}

function filesOf({ manifest }: Artefact): CardFile[] {
  return manifest.sources.map(({ path, bytes, sha256 }) => ({ name: basename(path), bytes, sha256 }));
}

/** As the mappings named them. */
async function sourcesOf({ folder }: Artefact): Promise<CardSource[]> {
  const path = join(folder, STORE_FILE);
  if (!existsSync(path)) return [];
  const store = EmbeddedGraphStore.open(path);
  try {
    return await store.sources();
  } finally {
    await store.close();
  }
}
