/**
 * An API key: `mg_<id>_<secret>` with 256 random bits in the secret. It is shown once; kept is the SHA-256 of the secret,
 * which needs no salt or stretching at this length, and compared in constant time.
 */
import { createHash, generateKeySync, randomUUID, timingSafeEqual } from 'node:crypto';

export const SCOPES = ['read', 'jobs', 'files', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKeyRecord {
  /** 12 hex characters, public. */
  id: string;
  name: string;
  scopes: Scope[];
  /** SHA-256 of the secret, hex. */
  hash: string;
  /** Times are ISO 8601. */
  createdAt: string;
  expiresAt?: string;
  revokedAt?: string;
}

/** What may be shown of a key. */
export type ApiKeyView = Omit<ApiKeyRecord, 'hash'> & { state: 'valid' | 'expired' | 'revoked' };

const KEY = /^mg_([0-9a-f]{12})_([\w-]{43})$/;
const NOBODY = '0'.repeat(64);

export function generateApiKey(
  name: string,
  scopes: readonly Scope[],
  now: Date,
  expiresAt?: Date,
): { key: string; record: ApiKeyRecord } {
  const id = randomUUID().replaceAll('-', '').slice(0, 12);
  const secret = generateKeySync('hmac', { length: 256 }).export().toString('base64url');
  const record = {
    id,
    name,
    scopes: [...scopes],
    hash: hashOf(secret),
    createdAt: now.toISOString(),
    expiresAt: expiresAt?.toISOString(),
  };
  return { key: `mg_${id}_${secret}`, record };
}

/** The valid key among the records that was presented; unknown ones take as long as known ones. */
export function findApiKey(
  records: ReadonlyMap<string, ApiKeyRecord>,
  presented: string,
  now: Date,
): ApiKeyRecord | undefined {
  const [, id = '', secret = ''] = KEY.exec(presented) ?? [];
  const record = records.get(id);
  const equal = timingSafeEqual(Buffer.from(hashOf(secret), 'hex'), Buffer.from(record?.hash ?? NOBODY, 'hex'));
  return record && equal && stateOf(record, now) === 'valid' ? record : undefined;
}

export function viewOfKey({ hash: _hash, ...shown }: ApiKeyRecord, now: Date): ApiKeyView {
  return { ...shown, state: stateOf({ ...shown, hash: '' }, now) };
}

export function allows({ scopes }: ApiKeyRecord, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}

function stateOf({ revokedAt, expiresAt }: ApiKeyRecord, now: Date): ApiKeyView['state'] {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now.toISOString() ? 'expired' : 'valid';
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
