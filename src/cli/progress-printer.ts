/**
 * Shows a stage's events to a person on standard error: on a terminal a bar that is redrawn, elsewhere a line every five
 * seconds and at the end of each phase. Notes and warnings appear at once.
 */
import type { StageEvent } from '../runs/stage.js';
import { metricText, PhaseEstimate, type ProgressEvent, progressText } from './progress-estimate.js';

export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const REDRAW_MILLISECONDS = 100;
const LINE_MILLISECONDS = 5000;
const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\x1b[2K';

export class ProgressPrinter {
  private phase: PhaseEstimate | undefined;
  private last: ProgressEvent | undefined;
  private metrics = '';
  private shownAt: number;
  private shown: ProgressEvent | undefined;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(
    private readonly stream: ProgressStream,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.shownAt = now();
  }

  show(event: StageEvent): void {
    if (event.kind === 'progress') this.showProgress(event);
    else if (event.kind === 'metric') this.metrics = `${event.phase}: ${metricText(event.values)}`;
    else this.line(event.kind === 'note' ? event.message : warningText(event));
  }

  /** Ends the current phase's bar, so that what follows starts on a line of its own. */
  close(): void {
    if (this.last && this.shown !== this.last) this.draw(this.last);
    if (this.stream.isTTY && this.last) this.stream.write('\n');
    this.last = undefined;
    this.phase = undefined;
    this.metrics = '';
  }

  private showProgress(event: ProgressEvent): void {
    if (this.last && this.last.phase !== event.phase) this.close();
    this.phase ??= new PhaseEstimate(event, this.now());
    this.last = event;
    const pause = this.stream.isTTY ? REDRAW_MILLISECONDS : LINE_MILLISECONDS;
    if (this.now() - this.shownAt >= pause) this.draw(event);
  }

  private draw(event: ProgressEvent): void {
    this.shownAt = this.now();
    this.shown = event;
    const text = progressText(event, this.phase?.secondsLeft(event, this.now()));
    const whole = this.metrics === '' ? text : `${text}  ${this.metrics}`;
    if (!this.stream.isTTY) this.stream.write(`${whole}\n`);
    else this.stream.write(`${CLEAR_LINE}${cropped(`${bar(event)}${whole}`, (this.stream.columns ?? 80) - 1)}`);
  }

  private line(text: string): void {
    this.stream.write(this.stream.isTTY ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
  }
}

function warningText({ message, place }: Extract<StageEvent, { kind: 'warning' }>): string {
  return `warning: ${place === undefined ? '' : `${place}: `}${message}`;
}

function bar({ done, total }: ProgressEvent): string {
  if (total === undefined || total <= 0) return '';
  const filled = Math.min(BAR_WIDTH, Math.round((BAR_WIDTH * done) / total));
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] `;
}

function cropped(text: string, columns: number): string {
  return text.length <= columns ? text : text.slice(0, Math.max(0, columns));
}
