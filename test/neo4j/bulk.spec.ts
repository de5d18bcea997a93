/** `kg.export` for `neo4j-admin database import`, and what a server that is started on the result holds. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import neo4j from 'neo4j-driver';
import { afterAll, describe, expect, it } from 'vitest';
import type { EntityRecord, TripleRecord } from '../../src/graph/graph-store.js';
import { hashContent } from '../../src/graph/store/graph-hash.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';
import { contentOf, NEVER } from '../support/neo4j.js';

const script = fileURLToPath(new URL('../../scripts/neo4j-server.sh', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'medgraft-bulk-'));
const server = join(root, 'server');
afterAll(() => {
  execFileSync(script, ['stop', server]);
  rmSync(root, { recursive: true });
});

/** A second server on a busy machine takes a minute. */
const long = process.env['MEDGRAFT_TEST_LONG'] !== undefined;
if (!long) process.stdout.write('skipped: the bulk import, MEDGRAFT_TEST_LONG is not set\n');

async function artefactOf(name: string, values: Record<string, unknown>) {
  const stage = await loadStage(name);
  const settings = parseSettings(stage.settings, { kg: 'toy', ...values }, 'test');
  const options = { workspace: new Workspace(join(root, 'home')), environment: { threads: 1 }, signal: NEVER };
  const steps = runStage(stage, settings, options);
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}

describe.skipIf(!long)('neo4j-admin database import', () => {
  it('makes the graph that was exported', { timeout: 300_000 }, async () => {
    const imported = await artefactOf('kg.import', { mapping: 'toy' });
    const { folder } = await artefactOf('kg.export', { format: 'neo4j-admin' });
    const out = execFileSync(script, ['import', server, '@neo4j-admin.args', 'neo4j'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(out).toContain('893 relationships');
    const lines = execFileSync(script, ['start', server], {
      encoding: 'utf8',
      env: { ...process.env, MEDGRAFT_NEO4J_ATTACHED: '1' },
    });
    const given = Object.fromEntries(
      lines
        .trim()
        .split('\n')
        .map((line) => line.split('=')),
    );
    const login = neo4j.auth.basic('neo4j', given['MEDGRAFT_NEO4J_PASSWORD']);
    const driver = neo4j.driver(given['MEDGRAFT_NEO4J_URI'], login);
    const rowsOf = async <T>(text: string) => (await driver.executeQuery(text)).records.map((row) => row.get(0) as T);
    const entities = await rowsOf<EntityRecord>(
      'MATCH (n) RETURN {key: n.key, name: n.name, types: labels(n), aliases: coalesce(n.aliases, [])}',
    );
    const triples = await rowsOf<TripleRecord>(
      'MATCH (a)-[r]->(b) RETURN {head: a.key, relation: type(r), tail: b.key, weight: coalesce(r.weight, 1.0)}',
    );
    await driver.close();
    expect(hashContent(contentOf(entities, triples))).toBe(imported.manifest.figures['contentHash']);
  });
});
