/** Where texts that must not be kept turn up: in the files of a workspace, by their plain bytes. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The canaries a text holds. */
export function canariesIn(text: string | Buffer, canaries: readonly string[]): string[] {
  return canaries.filter((canary) => text.includes(canary));
}

/** `file: canary` for each file below a folder that holds one. @param wanted by relative path */
export function canariesBelow(
  folder: string,
  canaries: readonly string[],
  wanted: (path: string) => boolean,
): string[] {
  return filesBelow(folder)
    .filter(wanted)
    .flatMap((path) => canariesIn(readFileSync(join(folder, path)), canaries).map((canary) => `${path}: ${canary}`));
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}
