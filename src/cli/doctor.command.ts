import type { Command } from 'commander';
import { readEnvironment } from '../settings/environment.js';
import { CHECKS, type Check } from './doctor-checks.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { homeOf } from './workspace-option.js';

interface Finding {
  name: string;
  state: 'ok' | 'missing' | 'optional';
  found: string;
  fix?: string;
}

/** Ends with exit code 5 when something required is missing. */
export function completeDoctor(command: Command): void {
  command.action(async () => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const environment = readEnvironment();
    const context = { ...environment, home: homeOf(home, environment) };
    const findings: Finding[] = [];
    for (const check of CHECKS) findings.push(await examine(check, context));
    if (json) findings.forEach(printJson);
    else
      printLine(
        table(findings.map(({ state, name, found, fix }) => [state, name, fix ? `${found}; fix: ${fix}` : found])),
      );
    if (findings.some(({ state }) => state === 'missing')) process.exitCode = 5;
  });
}

async function examine(check: Check, context: Parameters<Check['examine']>[0]): Promise<Finding> {
  try {
    return { name: check.name, state: 'ok', found: await check.examine(context) };
  } catch (error) {
    const found = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { name: check.name, state: check.optional ? 'optional' : 'missing', found, fix: check.fix };
  }
}
