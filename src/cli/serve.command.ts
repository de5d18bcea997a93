import type { Command } from 'commander';
import { ServiceSettings } from '../settings/service-settings.js';
import { settingsOf } from '../settings/setting.js';
import { type ServiceOptions, serviceConfig } from './service-config.js';
import { addSettingFlags } from './setting-flags.js';

/** `medgraft serve`: the service with flags over a file over the environment. */
export function completeServe(command: Command): void {
  command.option('--config <file>', 'YAML file with settings of the service; flags win over it');
  addSettingFlags(command, ServiceSettings, settingsOf(ServiceSettings));
  command.action(async () => {
    const { config: _config, ...flags } = command.opts<Record<string, unknown>>();
    const { environment, settings } = await serviceConfig(command.optsWithGlobals<ServiceOptions>(), flags);
    const { startService } = await import('../api/start-service.js');
    await startService(environment, settings);
  });
}
