/** `medgraft keys create|list|revoke`: who may use the service. A key is shown once and kept only as a hash. */
import { type Command, InvalidArgumentError } from 'commander';
import { type ApiKeyView, SCOPES, type Scope } from '../api/access/api-key.js';
import { ApiKeys } from '../api/access/api-keys.store.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { workspaceOf } from './workspace-option.js';

interface CreateOptions extends CommonOptions {
  name: string;
  scopes: Scope[];
  expires?: Date;
}

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export function completeCreateKey(command: Command): void {
  command
    .requiredOption('--name <text>', 'whose it is', toName)
    .requiredOption('--scopes <list>', `what it opens, with commas: ${SCOPES.join(', ')} (admin: all)`, toScopes)
    .option('--expires <when>', 'a date (2030-01-31), or after so many hours, days, weeks: 12h, 90d, 52w', toDate)
    .action(async () => {
      const { home, json, name, scopes, expires } = command.optsWithGlobals<CreateOptions>();
      const { key, view } = await keysOf(home).create(name, scopes, expires);
      if (json) return printJson({ ...view, key });
      printLine(key);
      process.stderr.write('this is the only time it is shown; from now on the service lets nobody in without a key\n');
    });
}

export function completeListKeys(command: Command): void {
  command.action(() => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const keys = keysOf(home).list();
    if (json) return keys.forEach(printJson);
    if (keys.length === 0) return printLine('no key: the service listens only locally, and lets everybody in');
    printLine(table([['KEY', 'NAME', 'SCOPES', 'STATE', 'MADE', 'EXPIRES'], ...keys.map(rowOf)]));
  });
}

export function completeRevokeKey(command: Command): void {
  command.argument('<key>', 'its id, as the list shows it').action(async (id: string) => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const view = await keysOf(home).revoke(id);
    if (json) return printJson(view);
    printLine(`${view.id} (${view.name}) opens nothing any more`);
  });
}

function keysOf(home: string | undefined): ApiKeys {
  return new ApiKeys(workspaceOf(home));
}

function rowOf({ id, name, scopes, state, createdAt, expiresAt }: ApiKeyView): string[] {
  return [id, name, scopes.join(','), state, createdAt, expiresAt ?? 'never'];
}

function toName(text: string): string {
  if (/^[^\p{C}]{1,100}$/u.test(text.trim())) return text.trim();
  throw new InvalidArgumentError('expected 1 to 100 printable characters.');
}

function toScopes(text: string): Scope[] {
  const scopes = text.split(',').map((scope) => scope.trim());
  const known = scopes.filter((scope): scope is Scope => (SCOPES as readonly string[]).includes(scope));
  if (known.length === scopes.length) return [...new Set(known)];
  throw new InvalidArgumentError(`expected some of ${SCOPES.join(', ')}, with commas.`);
}

function toDate(text: string): Date {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const date = count ? new Date(Date.now() + Number(count) * UNIT_MILLISECONDS[unit]) : new Date(text);
  if (date.getTime() > Date.now()) return date;
  throw new InvalidArgumentError('expected a date to come (2030-01-31), or 12h, 90d, 52w.');
}
