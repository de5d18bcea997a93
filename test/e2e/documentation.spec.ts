import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../house/source-files.js';

/** The commands of docs/service.md, docs/queries.md, docs/linking.md and docs/disambiguation.md, run as they stand there in an empty folder; only the port is another. */
const PORT_IN_TEXT = '8080';
const LONGEST_MILLISECONDS = 240_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'medgraft-walk-'));
  mkdirSync(join(folder, 'bin'));
  const program = join(folder, 'bin', 'medgraft');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist/cli.js')}' "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blocks(document: string, language: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', document), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block]) => block);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function bash(script: string): Promise<{ code: number | null; out: string; err: string }> {
  const { MEDGRAFT_HOME: _home, ...inherited } = process.env;
  const env = { ...inherited, CLONE: ROOT, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
  // What it leaves running ends with it.
  const guarded = `set -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n${script}`;
  const child = spawn('bash', ['-c', guarded], { cwd: mkdtempSync(join(folder, 'empty-')), env });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

const missing = spawnSync('curl', ['--version']).error ? ' (skipped: curl is not on the PATH)' : '';

/** Runs the commands of a document. @returns what they wrote on standard error, when all that it promises was written */
async function walk(document: string): Promise<string> {
  const port = await freePort();
  const commands = blocks(document, 'sh').map((block) => block.replaceAll(PORT_IN_TEXT, String(port)));
  const { code, out, err } = await bash(commands.join('\n'));
  expect(code, `${out}\n${err}`).toBe(0);
  const promised = blocks(document, 'text').flatMap((block) => block.trim().split('\n'));
  expect(promised.length).toBeGreaterThan(5);
  for (const line of promised) expect(out).toContain(line);
  return err;
}

it.skipIf(missing !== '')(
  `docs/service.md: the walk from an empty folder to an answer and a resumed job${missing}`,
  async () => expect(await walk('service.md')).toContain('going on with the unfinished run'),
  LONGEST_MILLISECONDS,
);

it('docs/queries.md: every question on the command line', () => walk('queries.md'), LONGEST_MILLISECONDS);

it.skipIf(missing !== '')(
  `docs/disambiguation.md: abbreviations by command and curl, with own senses${missing}`,
  () => walk('disambiguation.md'),
  LONGEST_MILLISECONDS,
);

it('docs/linking.md: an ambiguous name by rank and by context', () => walk('linking.md'), LONGEST_MILLISECONDS);
