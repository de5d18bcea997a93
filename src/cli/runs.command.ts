import { join } from 'node:path';
import type { Command } from 'commander';
import { MedgraftError } from '../base/errors.js';
import { listCheckpoints } from '../runs/checkpoint-folder.js';
import { listRuns, readRun } from '../runs/run-record.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { workspaceOf } from './workspace-option.js';

/** `medgraft runs list` and `medgraft runs show <run>`. */
export function completeListRuns(command: Command): void {
  command.action(async () => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const runs = await listRuns(workspaceOf(home));
    if (json) return runs.forEach(printJson);
    if (runs.length === 0) return printLine('no run in this workspace');
    const rows = runs.map(({ id, state, record }) => [id, state, record.startedAt, `${record.seconds} s`]);
    printLine(table([['RUN', 'STATE', 'STARTED', 'TIME'], ...rows]));
  });
}

export function completeShowRun(command: Command): void {
  command.argument('<run>', 'its id, or the beginning of it').action(async (id: string) => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const run = await findRun(home, id);
    const checkpoints = (await listCheckpoints(run.folder)).map(({ step }) => step);
    if (json) return printJson({ ...run, checkpoints });
    const { record, manifest } = run;
    printLine(
      `${run.id}: ${run.state}, started ${record.startedAt}, ${record.seconds} s in ${record.sessions} session(s)`,
    );
    printLine(`folder ${run.folder}`);
    printSection('settings', record.settings);
    printSection('inputs', record.inputs);
    printSection('figures', manifest?.figures ?? {});
    if (checkpoints.length > 0) printLine(`checkpoints at steps ${checkpoints.join(', ')}`);
    if (run.state === 'interrupted')
      printLine(`the same command goes on with it: medgraft ${record.stage.replace('.', ' ')} ...`);
  });
}

async function findRun(home: string | undefined, id: string) {
  const workspace = workspaceOf(home);
  const exact = await readRun(workspace, id);
  if (exact) return exact;
  const matching = (await listRuns(workspace)).filter((run) => run.id.startsWith(id));
  if (matching.length === 1) return matching[0];
  throw new MedgraftError(
    'missing',
    'run.unknown',
    matching.length === 0 ? 'there is no such run' : 'several runs begin so',
    {
      place: join(workspace.runsFolder, id),
      expected: matching.length === 0 ? undefined : matching.map((run) => run.id).join(', '),
      hint: 'medgraft runs list',
    },
  );
}

function printSection(title: string, values: Readonly<Record<string, unknown>>): void {
  const rows = Object.entries(values).map(([name, value]) => [
    `  ${name}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  if (rows.length > 0) printLine(`${title}\n${table(rows)}`);
}
