/** `medgraft artefacts list|verify` and `medgraft runs verify`: what there is, and whether it is what was written. */
import type { Command } from 'commander';
import { MedgraftError } from '../base/errors.js';
import { findArtefact, listArtefacts } from '../runs/list-artefacts.js';
import { listRunNames } from '../runs/run-record.js';
import { type Verification, verifyArtefact, verifyRun } from '../runs/verify-result.js';
import type { Workspace } from '../runs/workspace.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { workspaceOf } from './workspace-option.js';

interface Named {
  id: string;
  folder: string;
}

export function completeListArtefacts(command: Command): void {
  command.action(async () => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const artefacts = await listArtefacts(workspaceOf(home));
    if (json) return artefacts.map(({ stage, hash, manifest }) => ({ stage, hash, manifest })).forEach(printJson);
    if (artefacts.length === 0) return printLine('no artefact in this workspace');
    const rows = artefacts.map(({ stage, hash, manifest }) => [
      `${stage}/${hash}`,
      Object.values(manifest?.labels ?? {}).join(' '),
      manifest?.createdAt ?? 'its manifest cannot be read',
    ]);
    printLine(table([['ARTEFACT', 'OF', 'MADE'], ...rows]));
  });
}

export function completeVerifyArtefacts(command: Command): void {
  command.argument('[artefacts...]', '<stage>/<hash>, as the list shows it; all when left out');
  command.action(async (names: string[]) => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    await verifyEach(await artefactsOf(workspaceOf(home), names), verifyArtefact, json === true);
  });
}

export function completeVerifyRuns(command: Command): void {
  command.argument('[runs...]', 'their ids; all when left out');
  command.action(async (ids: string[]) => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    await verifyEach(await runsOf(workspaceOf(home), ids), verifyRun, json === true);
  });
}

async function artefactsOf(workspace: Workspace, names: readonly string[]): Promise<Named[]> {
  const found =
    names.length === 0
      ? await listArtefacts(workspace)
      : await Promise.all(names.map((name) => findArtefact(workspace, ...partsOf(name))));
  return found.map(({ stage, hash, folder }) => ({ id: `${stage}/${hash}`, folder }));
}

async function runsOf(workspace: Workspace, ids: readonly string[]): Promise<Named[]> {
  const known = await listRunNames(workspace);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const details = { place: 'run', got: unknown, hint: 'medgraft runs list' };
    throw new MedgraftError('missing', 'run.unknown', 'there is no such run', details);
  }
  return (ids.length === 0 ? known : ids).map((id) => ({ id, folder: workspace.runFolder(id) }));
}

/** @throws MedgraftError `verify.damaged` after all have been looked at */
async function verifyEach(all: Named[], verify: (folder: string) => Promise<Verification>, json: boolean) {
  const damaged: string[] = [];
  for (const { id, folder } of all) {
    const verification = await verify(folder);
    if (!verification.intact) damaged.push(id);
    if (json) printJson({ id, ...verification });
    else printVerification(id, verification);
  }
  if (all.length === 0 && !json) printLine('nothing to verify in this workspace');
  if (damaged.length === 0) return;
  throw new MedgraftError('conflict', 'verify.damaged', 'not everything is as it was written', {
    got: damaged.join(', '),
    hint: 'remove what is damaged and run its stage again: it is made anew, with the same hash',
  });
}

function printVerification(id: string, { intact, files, bytes, problems }: Verification): void {
  printLine(`${intact ? 'intact ' : 'damaged'}  ${id}: ${files} files, ${bytes} bytes`);
  for (const { file, problem } of problems) printLine(`  ${file} ${problem}`);
}

function partsOf(name: string): [stage: string, hash: string] {
  const slash = name.indexOf('/');
  return slash === -1 ? [name, ''] : [name.slice(0, slash), name.slice(slash + 1)];
}
