/**
 * `medgraft kg check FILE...`: the dry run of an import. Exit code 0: nothing that an import would leave out (with --strict:
 * nothing to tell at all); 2: something is.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { MedgraftError } from '../base/errors.js';
import type { CheckReport, CountedName, Finding } from '../graph/check-report.js';
import { checkSource } from '../graph/check-source.store.js';
import { type FoundSource, findSource } from '../graph/readers/load-mapping.js';
import { type Interrupt, listenForInterrupt } from './interrupt.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { ProgressPrinter } from './progress-printer.js';
import { integerUpTo } from './query-options.js';

interface CheckOptions extends CommonOptions {
  mapping?: string;
  fix?: string;
  shown: number;
  hubShare: number;
  strict?: boolean;
}

export function completeCheckSource(command: Command): void {
  command
    .argument('[files...]', 'files of the source; with --mapping in place of those that it names')
    .option('--mapping <name>', 'folder of kg-import/, or a mapping.yaml (default: guessed from the files)')
    .option('--fix <folder>', 'write a cleaned copy with a mapping.yaml there')
    .option('--shown <integer>', 'examples of each kind of finding', integerUpTo(100_000, 0), 5)
    .option('--hub-share <number>', 'share of all triples that makes an entity a suspicious hub', share, 0.05)
    .option('--strict', 'warnings end with exit code 2 too')
    .action(async (files: string[]) => {
      const interrupt = listenForInterrupt(() => process.stderr.write('\nstopping\n'));
      try {
        await showCheck(files, command.optsWithGlobals<CheckOptions>(), interrupt);
      } finally {
        interrupt.dispose();
      }
    });
}

async function showCheck(files: readonly string[], options: CheckOptions, { signal }: Interrupt): Promise<void> {
  const { mapping, fix, shown, hubShare, json, strict } = options;
  const found = await findSource({ mapping, files });
  if (found.guessed !== undefined && !json) printLine(guessText(found.guessed));
  const report = await followCheck(found, { fix, shown, hubShare, signal });
  if (json) printJson({ kind: 'report', ...report, guessedMapping: found.guessed, cleanedCopy: fix });
  else printReport(report, fix);
  const count = report.errors + (strict ? report.warnings : 0);
  if (count > 0) throw foundWrong(count, strict === true);
}

async function followCheck(found: FoundSource, options: Parameters<typeof checkSource>[1]): Promise<CheckReport> {
  const printer = new ProgressPrinter(process.stderr);
  const steps = checkSource(found, options);
  try {
    for (;;) {
      const { done, value } = await steps.next();
      if (done) return value;
      printer.show(value);
    }
  } finally {
    printer.close();
  }
}

function guessText(mapping: object): string {
  return `guessed mapping (save it as mapping.yaml to correct it):\n${stringify(mapping).replace(/^(?=.)/gm, '  ')}`;
}

function printReport({ rows, entities, triples, types, relations, findings }: CheckReport, fix?: string): void {
  printLine(`${rows} rows: ${entities} entities, ${triples} triples`);
  printCounts('types', types);
  printCounts('relations', relations);
  for (const finding of findings) printFinding(finding);
  if (findings.length === 0) printLine('nothing to tell');
  if (fix !== undefined)
    printLine(`cleaned copy in ${fix}: medgraft kg import --kg NAME --mapping ${fix}/mapping.yaml`);
}

const COUNTS_SHOWN = 20;

function printCounts(what: string, counts: readonly CountedName[]): void {
  printLine(`${what}:`);
  printLine(table(counts.slice(0, COUNTS_SHOWN).map(({ name, count }) => [`  ${count}`, name])));
  if (counts.length > COUNTS_SHOWN) printLine(`  and ${counts.length - COUNTS_SHOWN} more; all with --json`);
}

function printFinding({ kind, severity, count, examples }: Finding): void {
  printLine(`${severity} ${kind}: ${count}`);
  for (const { file, line, message } of examples) {
    printLine(`  ${file === undefined ? '' : `${file}:${line}: `}${message}`);
  }
  if (count > examples.length && examples.length > 0) printLine(`  and ${count - examples.length} more; see --shown`);
}

function share(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError('expected a number from 0 to 1.');
}

function foundWrong(count: number, strict: boolean): MedgraftError {
  const expected = strict ? 'nothing to tell' : 'no row that an import leaves out';
  return new MedgraftError('input', 'graph.check', 'the files are not clean', {
    expected,
    got: `${count}`,
    hint: 'mend the rows, correct the mapping, or let --fix FOLDER write a cleaned copy',
  });
}
