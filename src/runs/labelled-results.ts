/**
 * Everything in a workspace that bears a label, for example all that is about one graph: artefacts of every version, and
 * runs, finished or not; and how it is taken away.
 */
import { join } from 'node:path';
import type { Manifest } from './artefact.js';
import { removeFolderAtomically } from './atomic-folder.js';
import { listRuns, type RunState } from './run-record.js';
import { parseTemporary } from './temporary-name.js';
import { listNames, readArtefact, type Workspace } from './workspace.js';

export interface LabelledResult {
  stage: string;
  hash: string;
  /** Absolute. */
  folder: string;
  labels: Record<string, string>;
  /** Of its files; 0 for a run that is not finished. */
  bytes: number;
  /** Of a run. */
  state?: RunState;
}

/** Ordered by stage, then hash. */
export async function labelledResults(workspace: Workspace, label: string, value: string): Promise<LabelledResult[]> {
  const results: LabelledResult[] = [];
  for (const stage of await listNames(workspace.artefactsFolder)) {
    for (const hash of await listNames(join(workspace.artefactsFolder, stage))) {
      // What is just being written is not there yet.
      if (parseTemporary(hash) !== undefined) continue;
      const artefact = await readArtefact(join(workspace.artefactsFolder, stage, hash));
      if (artefact?.manifest.labels[label] === value) results.push(resultOf(artefact.folder, artefact.manifest));
    }
  }
  for (const { state, folder, record, manifest } of await listRuns(workspace)) {
    if (record.labels[label] === value)
      results.push({ ...resultOf(folder, { ...record, files: [], ...manifest }), state });
  }
  const name = ({ stage, hash }: LabelledResult) => `${stage} ${hash}`;
  return results.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

/** Takes results away: nothing refers to them any more before the first folder goes. */
export async function removeResults(workspace: Workspace, results: readonly LabelledResult[]): Promise<void> {
  for (const { stage, hash } of results) await workspace.forget(stage, hash);
  for (const { folder } of results) await removeFolderAtomically(folder);
}

function resultOf(folder: string, manifest: Pick<Manifest, 'stage' | 'hash' | 'labels' | 'files'>): LabelledResult {
  const { stage, hash, labels, files } = manifest;
  return { stage, hash, folder, labels, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
