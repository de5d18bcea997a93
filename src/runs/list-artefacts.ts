/** What lies under `artifacts/` of a workspace, each by the name that people use: `<stage>/<hash>`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import type { Manifest } from './artefact.js';
import { listNames, readArtefact, type Workspace } from './workspace.js';

export interface ArtefactSummary {
  stage: string;
  hash: string;
  folder: string;
  /** Undefined when it cannot be read. */
  manifest: Manifest | undefined;
}

const NAME = /^([a-z]+\.[a-z]+)\/([0-9a-f]{16})$/;

/** Those whose manifest cannot be read are among them; by stage, then the newest first. */
export async function listArtefacts(workspace: Workspace): Promise<ArtefactSummary[]> {
  const stages = await namesIn(join(workspace.home, 'artifacts'));
  const lists = await Promise.all(stages.map((stage) => artefactsOf(workspace, stage)));
  return lists.flat();
}

/** @throws MedgraftError `artefact.unknown` */
export async function findArtefact(workspace: Workspace, stage: string, hash: string): Promise<ArtefactSummary> {
  const name = `${stage}/${hash}`;
  const folder = NAME.test(name) ? workspace.artefactFolder(stage, hash) : undefined;
  if (folder !== undefined && existsSync(folder)) return summaryOf(stage, hash, folder);
  throw new MedgraftError('missing', 'artefact.unknown', 'there is no such artefact', {
    place: 'artefact',
    expected: '<stage>/<hash>, as the list shows it',
    got: name,
  });
}

async function artefactsOf(workspace: Workspace, stage: string): Promise<ArtefactSummary[]> {
  const hashes = (await namesIn(join(workspace.home, 'artifacts', stage))).filter((hash) =>
    NAME.test(`${stage}/${hash}`),
  );
  const found = await Promise.all(hashes.map((hash) => summaryOf(stage, hash, workspace.artefactFolder(stage, hash))));
  const madeAt = ({ manifest }: ArtefactSummary) => manifest?.createdAt ?? '';
  return found.sort((a, b) => madeAt(b).localeCompare(madeAt(a)) || a.hash.localeCompare(b.hash));
}

async function summaryOf(stage: string, hash: string, folder: string): Promise<ArtefactSummary> {
  return { stage, hash, folder, manifest: (await readArtefact(folder))?.manifest };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await listNames(folder)).filter((name) => !name.startsWith('.')).sort();
}
