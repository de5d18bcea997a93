import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { Neo4jSettings, neo4jSettings } from '../settings/neo4j-settings.js';
import { ServiceSettings } from '../settings/service-settings.js';
import { type CommonOptions, printJson } from './output.js';
import { maskedSettings, type ServiceOptions, serviceConfig } from './service-config.js';

/** `medgraft config print`: what holds after defaults, environment and file. */
export function completePrintConfig(command: Command): void {
  command.option('--config <file>', 'YAML file with settings of the service');
  command.action(async () => {
    const options = command.optsWithGlobals<CommonOptions & ServiceOptions>();
    const { environment, settings } = await serviceConfig(options);
    const config = {
      home: environment.home,
      threads: environment.threads ?? availableParallelism(),
      benchPython: environment.benchPython ?? null,
      service: maskedSettings(ServiceSettings, settings),
      neo4j: maskedSettings(Neo4jSettings, neo4jSettings(environment)),
    };
    if (options.json) printJson(config);
    else process.stdout.write(stringify(config));
  });
}
