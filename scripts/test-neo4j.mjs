// Runs the tests that need a real Neo4j: on the server of MEDGRAFT_TEST_NEO4J_URI (_USER, _PASSWORD), or on one that is
// started for them from Maven Central. Without Java or Maven it says so and succeeds.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const server = join(root, 'scripts/neo4j-server.sh');
const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.neo4j.config.ts'];

process.exitCode = process.env.MEDGRAFT_TEST_NEO4J_URI ? await test({}) : await testOnOwnServer();

async function testOnOwnServer() {
  const missing = ['java', 'mvn'].filter((command) => spawnSync(command, ['-version']).error);
  if (missing.length > 0) {
    process.stdout.write(`skipped: ${missing.join(' and ')} not on the PATH, and MEDGRAFT_TEST_NEO4J_URI not set\n`);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-neo4j-'));
  // A signal reaches the children too; this process stays to clear up after them.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  try {
    const started = run(server, ['start', folder], { MEDGRAFT_NEO4J_ATTACHED: '1' }, 'pipe');
    const [lines, code] = await Promise.all([text(started.stdout), ended(started)]);
    return code === 0 ? await test(variables(lines)) : code;
  } finally {
    await ended(run(server, ['stop', folder]));
    rmSync(folder, { recursive: true, force: true });
  }
}

function test(environment) {
  return ended(run(process.execPath, [...vitest, ...process.argv.slice(2)], environment));
}

/** The lines that the server script prints, for the tests. */
function variables(lines) {
  const pairs = lines.trim().split('\n');
  return Object.fromEntries(pairs.map((line) => line.replace('MEDGRAFT_', 'MEDGRAFT_TEST_').split('=')));
}

function run(command, args, environment = {}, stdout = 'inherit') {
  const env = { ...process.env, ...environment };
  return spawn(command, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'], env });
}

async function ended(child) {
  const [code] = await once(child, 'close');
  return code ?? 1;
}
