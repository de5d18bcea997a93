import type { Command } from 'commander';
import { EmbeddingShelf } from '../api/embedding-shelf.store.js';
import { PredictionQueries } from '../api/prediction-queries.js';
import { PREDICTION_LIMITS, type SimilarAnswer } from '../api/predictions.view.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { integerUpTo, shelfOf } from './query-options.js';
import { workspaceOf } from './workspace-option.js';

interface PredictOptions extends CommonOptions {
  kg: string;
  head?: string;
  relation?: string;
  tail?: string;
  limit: number;
  known: boolean;
}

const { maximum, default: usual } = PREDICTION_LIMITS.limit;

/** `medgraft kg predict`: the twin of GET /v1/kgs/:kg/predictions. */
export function completePredict(command: Command): void {
  command
    .requiredOption('--kg <name>', 'graph')
    .option('--head <text>', 'key, name or alias')
    .option('--relation <name>', 'its name')
    .option('--tail <text>', 'key, name or alias')
    .option('--limit <integer>', `how many, 1 to ${maximum}`, integerUpTo(maximum), usual)
    .option('--known', 'also show edges that the graph has', false)
    .action(() => showPredictions(command.optsWithGlobals<PredictOptions>()));
}

/** `medgraft kg similar <text>`: the twin of GET /v1/kgs/:kg/entities/:entity/similar. */
export function completeSimilar(command: Command): void {
  command
    .requiredOption('--kg <name>', 'graph')
    .argument('<text>', 'its key, name or alias')
    .option('--limit <integer>', `how many, 1 to ${maximum}`, integerUpTo(maximum), usual)
    .action((text: string) => showSimilar(text, command.optsWithGlobals<PredictOptions>()));
}

/** `medgraft kg analogy <first> <second> <of>`: the twin of GET /v1/kgs/:kg/analogies. */
export function completeAnalogy(command: Command): void {
  command
    .requiredOption('--kg <name>', 'graph')
    .argument('<first>', 'key, name or alias')
    .argument('<second>', 'what is to the first ...')
    .argument('<of>', '... as the answer is to this one')
    .option('--limit <integer>', `how many, 1 to ${maximum}`, integerUpTo(maximum), usual)
    .action((first: string, second: string, of: string) =>
      showAnalogies([first, second, of], command.optsWithGlobals<PredictOptions>()),
    );
}

async function showPredictions({ home, json, kg, ...question }: PredictOptions): Promise<void> {
  const { head, relation, tail, limit, known } = question;
  const answer = await queriesOf(home).predict(kg, { head, relation, tail, limit, known });
  if (json) return printJson(answer);
  printLine(`${answer.model}: ${head ?? '?'} -[${relation ?? '?'}]-> ${tail ?? '?'}`);
  const rows = answer.predictions.map(({ entity, relation: found, score, known: isKnown }) => [
    score.toFixed(3),
    entity?.name ?? found ?? '',
    entity?.type ?? '',
    isKnown ? 'in the graph' : '',
  ]);
  if (rows.length > 0) printLine(table(rows));
}

async function showSimilar(text: string, { home, json, kg, limit }: PredictOptions): Promise<void> {
  printSimilar(await queriesOf(home).similar(kg, text, limit), json);
}

async function showAnalogies(
  asked: readonly [string, string, string],
  { home, json, kg, limit }: PredictOptions,
): Promise<void> {
  printSimilar(await queriesOf(home).analogies(kg, asked, limit), json);
}

function printSimilar(answer: SimilarAnswer, json: boolean | undefined): void {
  if (json) {
    printJson(answer);
    return;
  }
  const asked = answer.entities.map(({ name, type }) => `${name} (${type})`);
  printLine(`${asked.join(', ')}; vectors of ${answer.model}`);
  const rows = answer.similar.map(({ name, type, cosine }) => [cosine.toFixed(3), name, type]);
  if (rows.length > 0) printLine(table(rows));
}

function queriesOf(home: string | undefined): PredictionQueries {
  return new PredictionQueries(new EmbeddingShelf(workspaceOf(home), shelfOf(home)));
}
