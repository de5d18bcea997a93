import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { readEnvironment } from '../settings/environment.js';
import { parseSettings } from '../settings/parse-settings.js';
import { ServiceSettings } from '../settings/service-settings.js';
import { settingsOf } from '../settings/setting.js';
import { type CommonOptions, printJson } from './output.js';
import { homeOf } from './workspace-option.js';

/** `medgraft config print`: what holds after environment and defaults. */
export function completePrintConfig(command: Command): void {
  command.action(() => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const environment = readEnvironment();
    const service = parseSettings(ServiceSettings, environment.service, 'environment', true);
    const masked = settingsOf(ServiceSettings)
      .filter(({ secret }) => secret)
      .map(({ name }) => [name, '***']);
    const config = {
      home: homeOf(home, environment),
      threads: environment.threads ?? availableParallelism(),
      benchPython: environment.benchPython ?? null,
      service: { ...service, ...Object.fromEntries(masked) },
    };
    if (json) printJson(config);
    else process.stdout.write(stringify(config));
  });
}
