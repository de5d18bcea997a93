import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { parseSettings } from './parse-settings.js';
import { Setting } from './setting.js';

class Example {
  @Setting({ type: 'string', required: true, meaning: 'Name.' })
  graph!: string;

  @Setting({ type: 'integer', minimum: 1, maximum: 10, meaning: 'Count.' })
  layers = 4;

  @Setting({ type: 'number', minimum: 0, maximum: 1, meaning: 'Share.' })
  damping = 0.85;

  @Setting({ type: 'boolean', meaning: 'Switch.' })
  mixer = false;

  @Setting({ type: 'string', choices: ['on', 'off'], meaning: 'Choice.' })
  mode = 'on';

  @Setting({ type: 'strings', optional: true, meaning: 'Files.' })
  files?: string[];

  @Setting({ type: 'string', optional: true, secret: true, choices: ['sesame'], meaning: 'Secret.' })
  password?: string;
}

class Nothing {}

describe('parseSettings', () => {
  const parse = (values: Record<string, unknown>, fromText = false) =>
    parseSettings(Example, values, 'a.yaml', fromText);
  const problem = (values: Record<string, unknown>, fromText = false): MedgraftError => {
    try {
      parse(values, fromText);
    } catch (error) {
      if (error instanceof MedgraftError) return error;
    }
    throw new Error('nothing was refused');
  };

  it('fills in defaults and keeps what is given', () => {
    const settings = parse({ graph: 'g', layers: 2, mixer: undefined });
    expect(settings).toBeInstanceOf(Example);
    expect({ ...settings }).toMatchObject({ graph: 'g', layers: 2, damping: 0.85, mixer: false, mode: 'on' });
    expect(settings.files).toBeUndefined();
  });

  it('gives new defaults each time', () => {
    parse({ graph: 'g' }).layers = 9;
    expect(parse({ graph: 'g' }).layers).toBe(4);
  });

  it('accepts a class without settings', () => {
    expect(parseSettings(Nothing, {}, 'x')).toBeInstanceOf(Nothing);
    expect(() => parseSettings(Nothing, { a: 1 }, 'x')).toThrow('a: unknown setting');
  });

  it('refuses unknown keys and offers a near one', () => {
    const { message } = problem({ graph: 'g', layer: 3, somethingElse: 1 });
    expect(message).toContain('layer: unknown setting, did you mean layers?');
    expect(message).toMatch(/somethingElse: unknown setting$/m);
  });

  it.each([
    ['layers', 0],
    ['layers', 11],
    ['layers', 1.5],
    ['layers', '3'],
    ['damping', 1.01],
    ['damping', Number.NaN],
    ['mixer', 'true'],
    ['mode', 'maybe'],
    ['files', 'a'],
    ['files', [1]],
    ['graph', ''],
  ])('refuses %s = %j', (name, value) => {
    const error = problem({ graph: 'g', [name]: value });
    expect(error).toMatchObject({ kind: 'input', code: 'settings.invalid', details: { place: 'a.yaml' } });
    expect(error.message.startsWith(`${name}: `)).toBe(true);
    expect(error.message).toContain(`got ${JSON.stringify(value)}`);
  });

  it('tells all problems at once', () => {
    const { message } = problem({ layers: 0, damping: 2, wrong: 1 });
    for (const name of ['graph', 'layers', 'damping', 'wrong'])
      expect(message).toMatch(new RegExp(`^ *${name}: `, 'm'));
  });

  it('does not repeat a secret', () => {
    expect(problem({ graph: 'g', password: 'open' }).describe()).not.toContain('open');
  });

  it('converts typed text, and only that', () => {
    const text = { graph: '7', layers: '3', damping: '0.5', mixer: 'true', files: 'a' };
    expect({ ...parse(text, true) }).toMatchObject({
      graph: '7',
      layers: 3,
      damping: 0.5,
      mixer: true,
      files: ['a'],
    });
    expect(problem({ graph: 'g', layers: '' }, true).message).toContain('got ""');
    expect(problem({ graph: 'g', layers: 'x' }, true).message).toMatch(/^layers: /);
    expect(problem({ graph: 'g', mixer: 'yes' }, true).message).toContain('got "yes"');
  });
});
