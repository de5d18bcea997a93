// Runs the tests that need a real Neo4j: on the server of MEDGRAFT_TEST_NEO4J_URI (_USER, _PASSWORD), or on one that is
// started for them from Maven Central. Without Java or Maven it says so and succeeds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = join(root, 'scripts/neo4j-server.sh');

if (process.env.MEDGRAFT_TEST_NEO4J_URI) process.exit(test({}));
const missing = ['java', 'mvn'].filter((command) => spawnSync(command, ['-version']).error);
if (missing.length > 0) {
  process.stdout.write(`skipped: ${missing.join(' and ')} not on the PATH, and MEDGRAFT_TEST_NEO4J_URI not set\n`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'medgraft-neo4j-'));
let code = 1;
try {
  const started = spawnSync(server, ['start', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (started.status === 0) code = test(variables(started.stdout));
} finally {
  spawnSync(server, ['stop', folder], { stdio: 'inherit' });
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

/** The lines that the server script prints, for the tests. */
function variables(text) {
  const pairs = text.trim().split('\n');
  return Object.fromEntries(pairs.map((line) => line.replace('MEDGRAFT_', 'MEDGRAFT_TEST_').split('=')));
}

function test(environment) {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'vitest.neo4j.config.ts', ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status ?? 1;
}
