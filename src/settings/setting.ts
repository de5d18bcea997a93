import {
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  Min,
} from 'class-validator';

/**
 * A setting stands beside the code that uses it: a field of a settings class with its default as initialiser and its
 * meaning and range in this decorator. The command line, the HTTP body, the OpenAPI schema and the settings reference
 * are all derived from the record kept here; the checks are class-validator's.
 */
export interface SettingOptions {
  /** What it means, in one sentence, with its unit. */
  meaning: string;
  type: 'integer' | 'number' | 'boolean' | 'string' | 'strings';
  minimum?: number;
  maximum?: number;
  choices?: readonly string[];
  /** No default: must be given. */
  required?: boolean;
  /** May stay undefined: the meaning says what happens then. */
  optional?: boolean;
  /** Masked wherever settings are shown. */
  secret?: boolean;
  /**
   * Names a file or folder that is read (`mapping`: or a folder of kg-import/). Over HTTP it has to lie in the data root;
   * text of a setting that is neither this nor `freeText` may hold no separator there.
   */
  path?: 'data' | 'mapping';
  /** Text that leads to no file, in which slashes are harmless. */
  freeText?: boolean;
  /** Changes only how fast or where, never what comes out: left out of artefact hashes. */
  cosmetic?: boolean;
}

export interface SettingRecord extends SettingOptions {
  name: string;
}

const RECORDS = Symbol('medgraft.settings');

/** Declares a field of a settings class as a setting. */
export function Setting(options: SettingOptions): PropertyDecorator {
  return (prototype, key) => {
    const name = String(key);
    ownRecords(prototype).push({ ...options, name });
    for (const decorate of validators(options)) decorate(prototype, key);
  };
}

/** Declares a field that is what a setting of another class is; the default is its own. */
export function SameSetting<S extends object>(of: SettingsClass<S>, setting: keyof S & string): PropertyDecorator {
  const record = settingsOf(of).find(({ name }) => name === setting);
  if (record === undefined) throw new RangeError(`${of.name} has no setting ${setting}`);
  const { name: _, ...options } = record;
  return Setting(options);
}

/** The settings of a class, its parents' first, in the order of declaration. */
export function settingsOf(settingsClass: SettingsClass<object>): SettingRecord[] {
  const chain: SettingRecord[][] = [];
  for (let p = settingsClass.prototype; p && p !== Object.prototype; p = Object.getPrototypeOf(p)) {
    if (Object.hasOwn(p, RECORDS)) chain.unshift(p[RECORDS]);
  }
  return chain.flat();
}

/** A settings class: constructing it gives the defaults. */
export type SettingsClass<S extends object> = new () => S;

function ownRecords(prototype: object): SettingRecord[] {
  if (!Object.hasOwn(prototype, RECORDS)) Object.defineProperty(prototype, RECORDS, { value: [] });
  return (prototype as { [RECORDS]: SettingRecord[] })[RECORDS];
}

function validators(options: SettingOptions): PropertyDecorator[] {
  const list: PropertyDecorator[] = [];
  if (options.optional) list.push(IsOptional());
  if (options.type === 'integer') list.push(IsInt());
  if (options.type === 'number') list.push(IsNumber());
  if (options.type === 'boolean') list.push(IsBoolean());
  if (options.type === 'string') list.push(IsString());
  if (options.type === 'strings') list.push(IsArray(), IsString({ each: true }));
  if (options.required) list.push(options.type === 'strings' ? ArrayMinSize(1) : IsNotEmpty());
  if (options.minimum !== undefined) list.push(Min(options.minimum));
  if (options.maximum !== undefined) list.push(Max(options.maximum));
  if (options.choices) list.push(IsIn([...options.choices], { each: options.type === 'strings' }));
  return list;
}
