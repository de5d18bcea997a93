/** A pre-training that is killed at random moments and taken up until it ends, beside one that nobody disturbed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CounterRandom } from '../../src/base/random.js';
import { checkpointProblem, listCheckpoints } from '../../src/runs/checkpoint-folder.js';
import { ended, medgraft, start } from '../e2e/medgraft.js';
import { SMALL_MODEL } from './toy-chain.js';

export interface PretrainKills {
  kills: number;
  /** Kills before the first checkpoint of a sitting, while it still started. */
  whileStarting: number;
  /** Checkpoints that were read whole after the kills. */
  checkpoints: number;
  /** What was wrong with any. */
  torn: string[];
}

/** Longest time from a checkpoint's note to the kill: some steps and the writing of some more. */
const LONGEST_MILLISECONDS = 250;
/** Share of the sittings that are killed before they have come so far. */
const EARLY = 0.2;
const STARTING_MILLISECONDS = 1500;

/** A run of `steps` steps with a checkpoint after each. */
export function endPretraining(home: string, steps: number) {
  return medgraft(home, ...argumentsOf(steps));
}

/** Kills `kills` sittings of the run. */
export async function killPretraining(home: string, steps: number, kills: number): Promise<PretrainKills> {
  const random = new CounterRandom(1, 'pretrain-kill-moments');
  const figures: PretrainKills = { kills: 0, whileStarting: 0, checkpoints: 0, torn: [] };
  for (let n = 0; figures.kills < kills; n++) {
    const isEarly = random.uniform(0, n) < EARLY;
    const { code, err } = await killSitting(home, steps, isEarly, random.uniform(1, n));
    if (code === 0) throw new Error(`the run ended after ${figures.kills} kills: more steps are needed`);
    if (code !== null) throw new Error(err);
    figures.kills++;
    if (isEarly) figures.whileStarting++;
    await lookAtCheckpoints(home, figures);
  }
  return figures;
}

/** All that has to be the same: what lies in the folder, and the SHA-256 of weights, log, and the last checkpoint with its moments. */
export function digestsOf(home: string): Record<string, string> {
  const folder = runFolder(home);
  const last = readdirSync(folder)
    .filter((name) => name.startsWith('checkpoint-'))
    .sort((a, b) => Number(b.slice(11)) - Number(a.slice(11)))[0];
  const files = ['model.safetensors', 'log.jsonl', ...readdirSync(join(folder, last)).map((name) => join(last, name))];
  const digest = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  const names = readdirSync(folder).sort().join(' ');
  return { names, ...Object.fromEntries(files.map((file) => [file, digest(file)])) };
}

async function killSitting(home: string, steps: number, isEarly: boolean, draw: number) {
  const child = start('cli', argumentsOf(steps), { MEDGRAFT_HOME: home });
  const kill = () => child.kill('SIGKILL');
  let timer: NodeJS.Timeout | undefined = isEarly ? setTimeout(kill, draw * STARTING_MILLISECONDS) : undefined;
  child.stdout.on('data', (text) => {
    if (String(text).includes('checkpoint after step')) timer ??= setTimeout(kill, draw * LONGEST_MILLISECONDS);
  });
  const end = await ended(child);
  clearTimeout(timer);
  return end;
}

async function lookAtCheckpoints(home: string, figures: PretrainKills): Promise<void> {
  if (!existsSync(join(home, 'runs'))) return;
  for (const checkpoint of await listCheckpoints(runFolder(home))) {
    const problem = await checkpointProblem(checkpoint);
    figures.checkpoints++;
    if (problem !== undefined) figures.torn.push(`${checkpoint.step}: ${problem}`);
  }
}

function argumentsOf(steps: number): string[] {
  const settings = { ...SMALL_MODEL, dropout: 0.1, steps, saveEvery: 1, seed: 7 };
  const flags = Object.entries(settings).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ]);
  return ['--json', 'smedbert', 'pretrain', ...flags];
}

export function runFolder(home: string): string {
  const [name] = readdirSync(join(home, 'runs')).filter((run) => run.startsWith('smedbert.pretrain'));
  return join(home, 'runs', name);
}
