/** Before a finished result is used: whether the files that are going to be read still are what was written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import type { Manifest } from './artefact.js';
import { hashFile } from './content-hash.js';
import { systemCode } from './durable-file-system.js';
import { sealProblem } from './sealed-json.js';
import { MANIFEST_FILE } from './workspace.js';

/**
 * Reads the named files of a folder whole, those that its manifest records. A folder without a manifest is somebody else's:
 * nothing is known of its files.
 * @throws MedgraftError `artefact.altered` with the first file that is not as it was written
 */
export async function assertIntact(folder: string, files: readonly string[]): Promise<void> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) return;
  for (const { path, sha256 } of manifest.files) {
    if (!files.includes(path)) continue;
    const found = await hashFile(join(folder, path));
    if (found.sha256 !== sha256) throw altered(join(folder, path), `SHA-256 ${sha256}`, `SHA-256 ${found.sha256}`);
  }
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST_FILE);
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const problem = sealProblem(content);
  if (problem !== undefined) throw altered(path, 'the file as it was written', problem);
  return JSON.parse(content.toString()) as Manifest;
}

function altered(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('conflict', 'artefact.altered', 'a file of a finished result is not what was written', {
    place,
    expected,
    got,
    hint: 'make the result again or take it from a copy; for a folder that was changed on purpose, remove its manifest.json',
  });
}
