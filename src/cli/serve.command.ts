import type { Command } from 'commander';
import { readEnvironment } from '../settings/environment.js';
import { parseSettings } from '../settings/parse-settings.js';
import { ServiceSettings } from '../settings/service-settings.js';
import { settingsOf } from '../settings/setting.js';
import type { CommonOptions } from './output.js';
import { addSettingFlags } from './setting-flags.js';
import { homeOf } from './workspace-option.js';

/** `medgraft serve`: the service with flags over the environment. */
export function completeServe(command: Command): void {
  addSettingFlags(command, ServiceSettings, settingsOf(ServiceSettings));
  command.action(async () => {
    const environment = readEnvironment();
    const fromEnvironment = parseSettings(ServiceSettings, environment.service, 'environment', true);
    const settings = parseSettings(ServiceSettings, { ...fromEnvironment, ...command.opts() }, 'command line');
    const { startService } = await import('../api/start-service.js');
    await startService(
      { ...environment, home: homeOf(command.optsWithGlobals<CommonOptions>().home, environment) },
      settings,
    );
  });
}
