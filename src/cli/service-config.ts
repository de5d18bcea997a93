/**
 * The service's settings as they hold: defaults, then the environment, then a `--config` file, then flags; each problem is
 * told with the place that it came from.
 */
import { type Environment, readEnvironment } from '../settings/environment.js';
import { parseSettings } from '../settings/parse-settings.js';
import { ServiceSettings } from '../settings/service-settings.js';
import { type SettingsClass, settingsOf } from '../settings/setting.js';
import { readConfigFile } from './config-file.js';
import { homeOf } from './workspace-option.js';

export interface ServiceConfig {
  environment: Environment;
  settings: ServiceSettings;
}

const ADDRESS_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/i;

/** What is common to every command that meets the service or its queue. */
export interface ServiceOptions {
  home?: string;
  /** YAML file with settings of the service. */
  config?: string;
}

/** @throws MedgraftError `settings.invalid`, `config.missing`, `config.syntax`, `config.shape` */
export async function serviceConfig(
  { home, config }: ServiceOptions,
  flags: Readonly<Record<string, unknown>> = {},
): Promise<ServiceConfig> {
  const environment = readEnvironment();
  const fromEnvironment = parseSettings(ServiceSettings, environment.service, 'environment', true);
  const fromFile = config === undefined ? {} : await readConfigFile(config);
  if (config !== undefined) parseSettings(ServiceSettings, fromFile, config);
  const settings = parseSettings(ServiceSettings, { ...fromEnvironment, ...fromFile, ...flags }, 'command line');
  return { environment: { ...environment, home: homeOf(home, environment) }, settings };
}

/** For showing: secrets masked where they are set. */
export function maskedSettings<S extends object>(
  settingsClass: SettingsClass<S>,
  settings: S,
): Record<string, unknown> {
  const values = settings as unknown as Record<string, unknown>;
  return Object.fromEntries(
    settingsOf(settingsClass).map(({ name, secret }) => [
      name,
      secret && values[name] !== undefined ? '***' : withoutPassword(values[name] ?? null),
    ]),
  );
}

/** An address may hold a password although it is no secret as a whole. */
function withoutPassword(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(ADDRESS_PASSWORD, '$1***@') : value;
}
