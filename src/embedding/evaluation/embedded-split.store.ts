/** The split that a trained embedding was made of, again from the settings that its manifest keeps. */
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import type { Artefact, Manifest } from '../../runs/artefact.js';
import { hashFile } from '../../runs/content-hash.js';
import { parseSettings } from '../../settings/parse-settings.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { type NamedSplit, type SplitSettings, splitOf } from '../training/held-out.store.js';

const KEPT = ['kg', 'valid', 'test', 'dropUnknown', 'validationShare', 'testShare', 'seed'];

/**
 * @param vectors a `kg.embed` artefact
 * @throws MedgraftError `embedding.split-changed` when a file of held-out triples is not what it was, those of `splitOf`
 */
export async function splitOfEmbedding(snapshot: GraphSnapshot, { folder, manifest }: Artefact): Promise<NamedSplit> {
  const settings = splitSettings(manifest, join(folder, 'manifest.json'));
  for (const file of [settings.valid, settings.test]) if (file !== undefined) await assertSame(file, manifest);
  return splitOf(snapshot, settings);
}

/** Of all settings, only these: what later versions call the others does not matter. */
function splitSettings({ settings }: Manifest, place: string): SplitSettings {
  const kept = Object.entries(settings).filter(([name]) => KEPT.includes(name));
  return parseSettings(TrainEmbeddingSettings, Object.fromEntries(kept), place);
}

async function assertSame(file: string, { sources }: Manifest): Promise<void> {
  const recorded = sources.find(({ path }) => path === file);
  const found = await hashFile(file).catch((error) => {
    if (error instanceof MedgraftError) return undefined;
    throw error;
  });
  if (recorded && found?.sha256 === recorded.sha256) return;
  throw new MedgraftError('conflict', 'embedding.split-changed', 'held-out triples are not those of the training', {
    place: file,
    expected: `SHA-256 ${recorded?.sha256.slice(0, 16)}`,
    got: found ? found.sha256.slice(0, 16) : 'no such file',
    hint: 'put the file back, or train again: medgraft kg embed',
  });
}
