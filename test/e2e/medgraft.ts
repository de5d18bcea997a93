/** Runs the built program, as a person would. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../house/source-files.js';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export function start(
  entry: 'cli' | 'main',
  args: string[],
  variables: Record<string, string>,
): ChildProcessWithoutNullStreams {
  const { MEDGRAFT_HOME: _home, ...inherited } = process.env;
  return spawn(process.execPath, [join(ROOT, 'dist', `${entry}.js`), ...args], {
    cwd: ROOT,
    env: { ...inherited, ...variables },
  });
}

export function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

export function medgraft(home: string, ...args: string[]): Promise<Ended> {
  return medgraftWith({ MEDGRAFT_HOME: home }, ...args);
}

export function medgraftWith(variables: Record<string, string>, ...args: string[]): Promise<Ended> {
  return ended(start('cli', args, variables));
}
