/**
 * The keys of a workspace, `api-keys.json`: written whole and atomically by the command line, read again by a running
 * service within a second of a change, so that a revoked key stops working without a restart.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import { systemCode } from '../../runs/durable-file-system.js';
import { acquireLock } from '../../runs/run-lock.js';
import type { Workspace } from '../../runs/workspace.js';
import { type ApiKeyRecord, type ApiKeyView, findApiKey, generateApiKey, type Scope, viewOfKey } from './api-key.js';

const FILE = 'api-keys.json';
const LOOK_AGAIN_MILLISECONDS = 500;

export class ApiKeys {
  private records: ReadonlyMap<string, ApiKeyRecord> = new Map();
  private version = '';
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly workspace: Workspace,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Whether any key was ever made: from then on nobody enters without. */
  get exist(): boolean {
    return this.current().size > 0;
  }

  /** Whether a key opens anything now. */
  get anyValid(): boolean {
    return this.list().some(({ state }) => state === 'valid');
  }

  find(presented: string): ApiKeyRecord | undefined {
    return findApiKey(this.current(), presented, this.now());
  }

  list(): ApiKeyView[] {
    return [...this.current().values()].map((record) => viewOfKey(record, this.now()));
  }

  /** @returns the key itself, which is nowhere kept */
  async create(name: string, scopes: readonly Scope[], expiresAt?: Date): Promise<{ key: string; view: ApiKeyView }> {
    const { key, record } = generateApiKey(name, scopes, this.now(), expiresAt);
    await this.change((records) => [...records, record]);
    return { key, view: viewOfKey(record, this.now()) };
  }

  /** @throws MedgraftError `key.unknown` */
  async revoke(id: string): Promise<ApiKeyView> {
    if (!this.current().has(id)) throw unknownKey(id);
    const revokedAt = this.now().toISOString();
    await this.change((records) =>
      records.map((record) => (record.id === id ? { ...record, revokedAt: record.revokedAt ?? revokedAt } : record)),
    );
    const record = this.current().get(id);
    if (!record) throw unknownKey(id);
    return viewOfKey(record, this.now());
  }

  private async change(edit: (records: ApiKeyRecord[]) => ApiKeyRecord[]): Promise<void> {
    await this.workspace.makeFolder(this.workspace.home);
    const release = await acquireLock(`${this.path}.lock`);
    try {
      this.lookedAt = Number.NEGATIVE_INFINITY;
      const keys = edit([...this.current().values()]);
      await writeFileAtomically(this.path, `${JSON.stringify({ keys }, undefined, 2)}\n`);
      this.lookedAt = Number.NEGATIVE_INFINITY;
    } finally {
      await release();
    }
  }

  private get path(): string {
    return join(this.workspace.home, FILE);
  }

  private current(): ReadonlyMap<string, ApiKeyRecord> {
    if (performance.now() - this.lookedAt < LOOK_AGAIN_MILLISECONDS) return this.records;
    const version = versionOf(this.path);
    if (version !== this.version) this.records = readRecords(this.path);
    this.version = version;
    this.lookedAt = performance.now();
    return this.records;
  }
}

/** Changes with every replacement of the file; empty while there is none. */
function versionOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats ? `${stats.ino}.${stats.mtimeNs}.${stats.size}` : '';
}

/** @throws MedgraftError `key.file`: a file that cannot be read must not open the service to everybody */
function readRecords(path: string): Map<string, ApiKeyRecord> {
  try {
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { keys: ApiKeyRecord[] };
    return new Map(keys.map((record) => [record.id, record]));
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return new Map();
    throw new MedgraftError('environment', 'key.file', 'the file of API keys cannot be read', { place: path, cause });
  }
}

function unknownKey(id: string): MedgraftError {
  return new MedgraftError('missing', 'key.unknown', 'there is no such key', {
    place: 'id',
    got: id,
    hint: 'medgraft keys list shows them',
  });
}
