/**
 * `kg.check`: a dry run of an import over HTTP or as a job. `report.json` has the counts and the findings, `cleaned/` the
 * copy that was asked for.
 */
import { join } from 'node:path';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { checkSource } from './check-source.store.js';
import { filesOfSource, findSource } from './readers/load-mapping.js';
import { writeText } from './writers/write-lines.store.js';

export class CheckSourceSettings {
  @Setting({
    type: 'string',
    meaning:
      'How the files are read: a folder of kg-import/, or the path of a mapping.yaml; not set: guessed from the files.',
    optional: true,
    path: 'mapping',
  })
  mapping?: string;

  @Setting({
    type: 'strings',
    meaning: 'Files to check, in place of those that the mapping names or without one.',
    path: 'data',
  })
  files: string[] = [];

  @Setting({ type: 'integer', meaning: 'Examples that the report shows of each kind.', minimum: 0, maximum: 100_000 })
  shown = 20;

  @Setting({
    type: 'number',
    meaning:
      'An entity that is an end of more than this share of all triples, and of ten times the mean, is a suspicious hub.',
    minimum: 0,
    maximum: 1,
  })
  hubShare = 0.05;

  @Setting({ type: 'boolean', meaning: 'Also write a cleaned copy.' })
  fix = false;
}

async function* run(
  { shown, hubShare, fix, ...settings }: CheckSourceSettings,
  _inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const found = await findSource(settings);
  const copy = fix ? join(folder, 'cleaned') : undefined;
  const report = yield* checkSource(found, { shown, hubShare, fix: copy, signal });
  const text = JSON.stringify({ ...report, guessedMapping: found.guessed }, undefined, 2);
  await writeText({ folder }, 'report.json', `${text}\n`);
  const { entities, triples, errors, warnings, findings } = report;
  const counts = Object.fromEntries(findings.map(({ kind, count }) => [kind, count]));
  return { entities, triples, errors, warnings, ...counts };
}

export const checkSourceStage: Stage<CheckSourceSettings> = {
  name: 'kg.check',
  summary: 'Look through source files before an import: rows in error, repeats, dangling ends, clashes, hubs.',
  version: 1,
  kind: 'artefact',
  settings: CheckSourceSettings,
  labels: [],
  positional: 'files',
  needs: {},
  sources: filesOfSource,
  run,
};
