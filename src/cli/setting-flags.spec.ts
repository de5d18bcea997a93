import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { Setting, settingsOf } from '../settings/setting.js';
import { addSettingFlags, flagName } from './setting-flags.js';

class Sample {
  @Setting({ meaning: 'Step size.', type: 'number', minimum: 0 })
  learningRate = 0.1;
  @Setting({ meaning: 'Count weights.', type: 'boolean' })
  weighted = true;
  @Setting({ meaning: 'Files.', type: 'strings' })
  files: string[] = [];
  @Setting({ meaning: 'Which.', type: 'string', choices: ['a', 'b'] })
  which = 'a';
}

function parse(...words: string[]): Record<string, unknown> {
  const command = new Command().exitOverride();
  addSettingFlags(command, Sample, settingsOf(Sample));
  return command.parse(words, { from: 'user' }).opts();
}

describe('setting flags', () => {
  it('give back only what was typed, by the names of the settings', () => {
    expect(parse()).toEqual({});
    expect(parse('--learning-rate', '1e-3', '--no-weighted', '--files', 'x', 'y', '--which', '3')).toEqual({
      learningRate: 0.001,
      weighted: false,
      files: ['x', 'y'],
      which: '3',
    });
    expect(parse('--weighted')).toEqual({ weighted: true });
  });

  it('leave what is no number to the check of the setting', () => {
    expect(parse('--learning-rate', 'fast')).toEqual({ learningRate: 'fast' });
    expect(parse('--learning-rate', '')).toEqual({ learningRate: '' });
  });

  it('are written with hyphens', () => {
    expect(flagName('maximumIterations')).toBe('maximum-iterations');
  });
});
