/** Runs the stages of a recipe in order; what an earlier run finished is taken from the workspace. */
import { relative } from 'node:path';
import type { Artefact } from '../runs/artefact.js';
import { parseSettings } from '../settings/parse-settings.js';
import { settingsOf } from '../settings/setting.js';
import { stageEntry } from '../stages.js';
import { type Interrupt, listenForInterrupt } from './interrupt.js';
import type { CommonOptions } from './output.js';
import type { Recipe } from './recipe.js';
import { followStage } from './stage.command.js';

/**
 * @param path of the recipe, for messages
 * @param command that goes on after an interruption
 * @param seed of the stages that have one; undefined: their own
 * @returns the stages' results
 */
export async function runRecipe(
  { steps }: Recipe,
  path: string,
  options: CommonOptions,
  command: string,
  seed?: number,
): Promise<Artefact[]> {
  const interrupt = listenForInterrupt(() =>
    process.stderr.write(
      `\nstopping at the next safe point (\`${command}\` goes on from there); again to stop at once\n`,
    ),
  );
  try {
    const results: Artefact[] = [];
    for (const [i, { stage, settings }] of steps.entries()) {
      process.stderr.write(`[${i + 1}/${steps.length}] ${stage}: ${stageEntry(stage).summary}\n`);
      results.push(await runStep(stage, settings, `${relative('', path)}, ${stage}`, seed, options, interrupt));
    }
    return results;
  } finally {
    interrupt.dispose();
  }
}

/** One stage of a recipe. @param place for messages */
export async function runStep(
  name: string,
  settings: Readonly<Record<string, unknown>>,
  place: string,
  seed: number | undefined,
  options: CommonOptions,
  interrupt: Interrupt,
): Promise<Artefact> {
  const stage = await stageEntry(name).load();
  const isSeeded = seed !== undefined && settingsOf(stage.settings).some((setting) => setting.name === 'seed');
  const values = isSeeded ? { ...settings, seed } : settings;
  return followStage(stage, parseSettings(stage.settings, values, place), options, interrupt);
}
