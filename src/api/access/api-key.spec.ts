import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../runs/workspace.js';
import { type ApiKeyRecord, allows, findApiKey, generateApiKey, viewOfKey } from './api-key.js';
import { ApiKeys } from './api-keys.store.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2027-01-01T00:00:00Z');

function records(...list: ApiKeyRecord[]): Map<string, ApiKeyRecord> {
  return new Map(list.map((record) => [record.id, record]));
}

describe('an API key', () => {
  it('has 256 bits of its own, and its hash tells nothing of them', () => {
    const made = Array.from({ length: 200 }, () => generateApiKey('a', ['read'], NOW));
    expect(new Set(made.map(({ key }) => key)).size).toBe(200);
    for (const { key, record } of made) {
      const secret = key.slice(key.indexOf('_', 3) + 1);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
      expect(JSON.stringify(record)).not.toContain(secret);
      expect(record.hash).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('is found when whole, and only while it is valid', () => {
    const { key, record } = generateApiKey('a', ['read'], NOW, LATER);
    const known = records(record);
    expect(findApiKey(known, key, NOW)).toBe(record);
    expect(findApiKey(known, key, LATER)).toBeUndefined();
    expect(findApiKey(records({ ...record, revokedAt: NOW.toISOString() }), key, NOW)).toBeUndefined();
    const wrong = [
      `${key}x`,
      key.slice(0, -1),
      key.toUpperCase(),
      '',
      'mg_',
      key.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
    ];
    for (const other of wrong) expect(findApiKey(known, other, NOW)).toBeUndefined();
    expect(findApiKey(known, generateApiKey('b', ['read'], NOW).key, NOW)).toBeUndefined();
    expect(findApiKey(records({ ...record, id: '__proto__' }), 'mg___proto___x', NOW)).toBeUndefined();
  });

  it('opens its scopes, and as admin all', () => {
    const { record } = generateApiKey('a', ['read', 'jobs'], NOW);
    expect([allows(record, 'read'), allows(record, 'jobs'), allows(record, 'files')]).toEqual([true, true, false]);
    expect(allows({ ...record, scopes: ['admin'] }, 'files')).toBe(true);
    expect(viewOfKey(record, NOW)).not.toHaveProperty('hash');
  });
});

describe('the keys of a workspace', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'medgraft-keys-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('are kept as hashes, seen by others and revoked for all', async () => {
    const keys = new ApiKeys(new Workspace(home));
    expect([keys.exist, keys.anyValid]).toEqual([false, false]);
    const { key, view } = await keys.create('me', ['read']);
    const other = new ApiKeys(new Workspace(home));
    expect(other.find(key)).toMatchObject({ id: view.id, name: 'me' });
    expect(readFileSync(join(home, 'api-keys.json'), 'utf8')).not.toContain(key.slice(16));
    expect(await keys.revoke(view.id)).toMatchObject({ state: 'revoked' });
    expect(new ApiKeys(new Workspace(home)).find(key)).toBeUndefined();
    expect([keys.exist, keys.anyValid]).toEqual([true, false]);
    await expect(keys.revoke('0'.repeat(12))).rejects.toMatchObject({ code: 'key.unknown' });
  });

  it('made at the same time are all there', async () => {
    const keys = new ApiKeys(new Workspace(home));
    for (let i = 0; i < 5; i++) await new ApiKeys(new Workspace(home)).create(`k${i}`, ['read']);
    expect(keys.list().map(({ name }) => name)).toEqual(['k0', 'k1', 'k2', 'k3', 'k4']);
  });

  it('that cannot be read open nothing', async () => {
    writeFileSync(join(home, 'api-keys.json'), '{"keys":');
    const keys = new ApiKeys(new Workspace(home));
    expect(() => keys.exist).toThrow(expect.objectContaining({ code: 'key.file' }));
  });
});
