import { describe, expect, it } from 'vitest';
import type { StageEvent } from '../runs/stage.js';
import { clockTime, metricText, PhaseEstimate, progressText } from './progress-estimate.js';
import { ProgressPrinter } from './progress-printer.js';

function progress(done: number, total?: number, phase = 'link'): Extract<StageEvent, { kind: 'progress' }> {
  return { kind: 'progress', phase, done, total, unit: 'segments' };
}

function printer(isTTY: boolean) {
  const written: string[] = [];
  const clock = { now: 0 };
  const stream = { write: (text: string) => written.push(text), isTTY, columns: 60 };
  return { written, clock, printer: new ProgressPrinter(stream, () => clock.now) };
}

describe('PhaseEstimate', () => {
  it('takes the pace from where the phase was taken up', () => {
    // 10 of 110 after 5 s, having begun at 5: one a second, 100 to go.
    const estimate = new PhaseEstimate(progress(5, 110), 1000);
    expect(estimate.secondsLeft(progress(10, 110), 6000)).toBe(100);
    expect(estimate.secondsLeft(progress(5, 110), 6000)).toBeUndefined();
    expect(estimate.secondsLeft(progress(10), 6000)).toBeUndefined();
  });

  it('words times, counts and metrics', () => {
    expect([75, 3725, 59.6].map(clockTime)).toEqual(['1:15', '1:02:05', '1:00']);
    expect(progressText(progress(1200, 5000), 42)).toBe('link 1,200/5,000 segments (24 %), 0:42 left');
    expect(progressText(progress(7), undefined)).toBe('link 7 segments');
    expect(metricText({ loss: 2.31459, mlm: 1 })).toBe('loss 2.315, mlm 1');
  });
});

describe('ProgressPrinter', () => {
  it('writes a line every five seconds and at the end of a phase where there is no terminal', () => {
    const { written, clock, printer: subject } = printer(false);
    for (let second = 0; second <= 12; second++) {
      clock.now = second * 1000;
      subject.show(progress(second, 100));
    }
    expect(written).toEqual(['link 5/100 segments (5 %), 1:35 left\n', 'link 10/100 segments (10 %), 1:30 left\n']);
    subject.show(progress(0, 9, 'next'));
    expect(written[2]).toBe('link 12/100 segments (12 %), 1:28 left\n');
    subject.close();
    expect(written[3]).toBe('next 0/9 segments (0 %)\n');
  });

  it('redraws one line on a terminal, within its width', () => {
    const { written, clock, printer: subject } = printer(true);
    subject.show(progress(0, 10));
    clock.now = 150;
    subject.show({ kind: 'metric', phase: 'train', step: 1, values: { loss: 3.5 } });
    subject.show(progress(5, 10));
    subject.show(progress(6, 10));
    expect(written).toHaveLength(1);
    expect(written[0].startsWith('\r\x1b[2K[############............] link 5/10')).toBe(true);
    expect(written[0].length).toBeLessThanOrEqual(5 + 59);
    subject.show({ kind: 'warning', message: 'row left out', place: 'a.csv:3' });
    expect(written[1]).toBe('\r\x1b[2Kwarning: a.csv:3: row left out\n');
  });
});
