/** Starting a program in several processes, as a person would; whether this machine can. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** Why not; undefined: it can. */
export function mpiProblem(): string | undefined {
  if (spawnSync('mpirun', ['--version']).status !== 0) return 'mpirun is not there';
  try {
    createRequire(import.meta.url)('koffi');
    return undefined;
  } catch {
    return 'koffi is not installed';
  }
}

/** Of Open MPI: more processes than cores, and in containers too, where tests are root. */
export function mpirun(
  processes: number,
  program: readonly string[],
  variables: Record<string, string> = {},
  command: readonly string[] = [process.execPath, ...program],
): ChildProcessWithoutNullStreams {
  const args = ['--allow-run-as-root', '--oversubscribe', '-np', String(processes), ...command];
  return spawn('mpirun', args, { env: { ...process.env, ...variables } });
}
