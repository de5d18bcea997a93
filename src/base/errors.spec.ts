import { describe, expect, it } from 'vitest';
import { MedgraftError, throwIfCancelled } from './errors.js';

describe('MedgraftError', () => {
  it('describes itself place first, one fact a line', () => {
    const error = new MedgraftError('input', 'graph.row', 'a row is short', {
      place: 'a.csv:3',
      expected: '3 columns',
      got: '2',
      hint: 'quote commas',
    });
    expect(error.describe()).toBe(
      'a.csv:3: a row is short [graph.row]\n  expected: 3 columns\n  got: 2\n  hint: quote commas',
    );
  });

  it('leaves out what is not known', () => {
    expect(new MedgraftError('missing', 'a.b', 'gone').describe()).toBe('gone [a.b]');
    expect(new MedgraftError('missing', 'a.b', 'gone', { got: '' }).describe()).toBe('gone [a.b]\n  got: ');
  });

  it('is an error with its cause', () => {
    const cause = new Error('first');
    const error = new MedgraftError('environment', 'a.b', 'second', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'MedgraftError', kind: 'environment', code: 'a.b', message: 'second', cause });
  });
});

describe('throwIfCancelled', () => {
  it('throws only after the signal', () => {
    const controller = new AbortController();
    expect(() => throwIfCancelled(controller.signal)).not.toThrow();
    controller.abort();
    expect(() => throwIfCancelled(controller.signal)).toThrowError(
      expect.objectContaining({ kind: 'cancelled', code: 'run.cancelled' }),
    );
  });
});
