/**
 * The workspace folder (`MEDGRAFT_HOME`): where each thing lies, and which result is the newest of its stage and labels.
 *
 *     kgs/<name>/                     what belongs to one graph (its store)
 *     artifacts/<stage>/<hash>/       results, never changed once there
 *     runs/<stage>-<labels>-<hash8>/  training runs, which grow checkpoints
 *     refs/<stage>/<labels>.json      the newest finished result
 *     cache/                          what is computed again when it is removed
 *     jobs.db                         the queue of the service
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artefact, Manifest } from './artefact.js';
import { writeFileAtomically } from './atomic-file.js';
import { asDiskError, systemCode } from './durable-file-system.js';
import { checkName } from './workspace-name.js';

export type Labels = Readonly<Record<string, string>>;

/** One file under `refs/`. */
interface Reference {
  stage: string;
  labels: Record<string, string>;
  hash: string;
  /** Relative to the workspace, forward slashes. */
  folder: string;
  /** ISO 8601. */
  updatedAt: string;
}

export const MANIFEST_FILE = 'manifest.json';

/** Leaves room for a temporary suffix within a file name of 255 bytes. */
const MAXIMUM_RUN_ID_BYTES = 200;

export class Workspace {
  /** @param home absolute path of the workspace; created when something is first written */
  constructor(readonly home: string) {}

  get jobsFile(): string {
    return join(this.home, 'jobs.db');
  }

  get runsFolder(): string {
    return join(this.home, 'runs');
  }

  kgFolder(name: string): string {
    return join(this.home, 'kgs', checkName(name, 'kg'));
  }

  get artefactsFolder(): string {
    return join(this.home, 'artifacts');
  }

  artefactFolder(stage: string, hash: string): string {
    return join(this.artefactsFolder, stage, checkName(hash, 'hash'));
  }

  runFolder(id: string): string {
    return join(this.runsFolder, checkName(id, 'run', MAXIMUM_RUN_ID_BYTES));
  }

  /** Changes whenever a result of the stage becomes the newest or is taken away. */
  referencesFolder(stage: string): string {
    return join(this.home, 'refs', stage);
  }

  /** `<stage>-<labels>-<first 8 characters of the hash>`. */
  runId(stage: string, labels: Labels, hash: string): string {
    return [stage, ...Object.entries(labels).map(([name, value]) => checkName(value, name)), hash.slice(0, 8)].join(
      '-',
    );
  }

  /** Creates a folder of the workspace with its parents. @throws MedgraftError `disk.full`, `disk.write` */
  async makeFolder(folder: string): Promise<string> {
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw asDiskError(error, folder);
    }
    return folder;
  }

  /** Makes an artefact the newest of its stage and labels. */
  async setNewest(artefact: Artefact): Promise<void> {
    const { labels } = artefact.manifest;
    const reference: Reference = {
      stage: artefact.stage,
      labels,
      hash: artefact.hash,
      folder: artefact.folder.slice(this.home.length + 1).replaceAll('\\', '/'),
      updatedAt: new Date().toISOString(),
    };
    const folder = await this.makeFolder(this.referencesFolder(artefact.stage));
    const file = `${Object.values(labels).join('@') || 'all'}.json`;
    await writeFileAtomically(join(folder, file), `${JSON.stringify(reference, undefined, 2)}\n`);
  }

  /** A result is no longer the newest of anything. */
  async forget(stage: string, hash: string): Promise<void> {
    const folder = this.referencesFolder(stage);
    for (const name of await listReferences(folder)) {
      const reference = await readReference(join(folder, name));
      if (reference?.hash === hash) await rm(join(folder, name), { force: true });
    }
  }

  /** The newest result of a stage whose labels are among the given ones, with equal values. */
  async newest(stage: string, labels: Labels): Promise<Artefact | undefined> {
    const matching = (await this.references(stage))
      .filter((reference) => Object.entries(reference.labels).every(([name, value]) => labels[name] === value))
      .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    for (const reference of matching) {
      const artefact = await readArtefact(join(this.home, reference.folder));
      if (artefact) return artefact;
    }
    return undefined;
  }

  /** The newest results of a stage, one for each of its labels' values, ordered by these. */
  async newestOfEach(stage: string): Promise<Artefact[]> {
    const artefacts = await Promise.all(
      (await this.references(stage)).map(({ folder }) => readArtefact(join(this.home, folder))),
    );
    return artefacts.filter((artefact) => artefact !== undefined);
  }

  private async references(stage: string): Promise<Reference[]> {
    const folder = this.referencesFolder(stage);
    const all = await Promise.all((await listReferences(folder)).map((name) => readReference(join(folder, name))));
    return all.filter((reference) => reference !== undefined);
  }
}

/** The workspace that holds an artefact: it lies at `artifacts/<stage>/<hash>/`. */
export function workspaceOf({ folder }: Pick<Artefact, 'folder'>): Workspace {
  return new Workspace(join(folder, '..', '..', '..'));
}

async function listReferences(folder: string): Promise<string[]> {
  return (await listNames(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
}

/** undefined when it was taken away meanwhile. */
async function readReference(path: string): Promise<Reference | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Reference;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** An artefact or finished run by its manifest; undefined when the folder has none. */
export async function readArtefact(folder: string): Promise<Artefact | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as Manifest;
    return { stage: manifest.stage, hash: manifest.hash, folder, manifest };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR' || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
}

/** Names in a folder; none when it does not exist. */
export async function listNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
