/**
 * The tree of commands. A room's verbs are listed by name; only the command that is called is loaded and given its flags,
 * which keeps `--help` fast however much a stage pulls in.
 */
import { Command, CommanderError } from 'commander';
import { MedgraftError } from '../base/errors.js';
import { codeVersion } from '../runs/code-version.js';
import { STAGES } from '../stages.js';
import { describeError, exitCodeOf } from './exit-code.js';
import { errorRecord, printJson } from './output.js';
import { QUERY_COMMANDS } from './query-commands.js';

const ROOMS: Readonly<Record<string, string>> = {
  kg: 'the knowledge graph: import, rank, embed, look things up',
  corpus: 'texts: prepare them, link them to a graph',
  smedbert: 'SMedBERT: pre-train and evaluate',
  medal: 'MeDAL: what abbreviations mean',
  runs: 'training runs of the workspace',
  artefacts: 'results of stages: list them, verify them',
  jobs: 'stages as jobs of the service: start, watch, cancel, resume',
  keys: 'API keys of the service',
  config: 'effective configuration',
};

/** One command of the tree: its words, what it does, and how to load its flags and action. */
export interface CommandEntry {
  /** For example `['kg', 'rank']`. */
  readonly words: readonly string[];
  readonly summary: string;
  complete(command: Command): Promise<void>;
}

/** @returns the exit code; errors have been told by then */
export async function runProgram(args: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    const program = await buildProgram(args);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, args);
  }
}

/** @param args what was typed: the command it names is completed, the others stay names */
export async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = new Command('medgraft')
    .description('Grafts a medical knowledge graph into a language model: import, rank, embed, link, pre-train.')
    .version(codeVersion(), '--version')
    .option('--home <folder>', 'workspace folder (default: MEDGRAFT_HOME, else ./.medgraft)')
    .option('--json', 'JSON lines on standard output')
    .option('--verbose', 'show where an error happened')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const own = new Set(QUERY_COMMANDS.map(({ words }) => words.join('.')));
  // A command of its own wins over that of a stage: `kg check` needs no workspace.
  const stages = STAGES.filter(({ name }) => !own.has(name)).map(stageCommand);
  for (const entry of [...stages, ...QUERY_COMMANDS]) await addEntry(program, entry, args);
  return program;
}

function stageCommand({ name, summary, load }: (typeof STAGES)[number]): CommandEntry {
  return {
    words: name.split('.'),
    summary,
    complete: async (command) => {
      const [{ completeStageCommand }, stage] = await Promise.all([import('./stage.command.js'), load()]);
      completeStageCommand(command, stage);
    },
  };
}

async function addEntry(program: Command, { words, summary, complete }: CommandEntry, args: readonly string[]) {
  let parent = program;
  for (const word of words.slice(0, -1)) {
    const existing = parent.commands.find((command) => command.name() === word);
    parent =
      existing ??
      parent
        .command(word)
        .description(ROOMS[word] ?? '')
        .copyInheritedSettings(program);
  }
  const command = parent
    .command(words[words.length - 1])
    .description(summary)
    .copyInheritedSettings(program);
  if (isCalled(words, args)) await complete(command);
}

/** The words in order at the front, where options (and the folder of `--home`) may stand between. */
function isCalled(words: readonly string[], args: readonly string[]): boolean {
  const plain = args.filter((arg, i) => !arg.startsWith('-') && args[i - 1] !== '--home');
  const asked = plain[0] === 'help' ? plain.slice(1) : plain;
  return words.every((word, i) => asked[i] === word);
}

function report(error: unknown, args: readonly string[]): number {
  const code = exitCodeOf(error);
  // Commander has told its own errors already.
  if (error instanceof CommanderError) return code;
  if (error instanceof MedgraftError && args.includes('--json')) printJson(errorRecord(error));
  process.stderr.write(`${describeError(error, args.includes('--verbose'))}\n`);
  return code;
}
