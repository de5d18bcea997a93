import { ApiProperty } from '@nestjs/swagger';
import type { RunSummary } from '../runs/run-record.js';

const STATES = ['finished', 'running', 'interrupted'] as const;

/** How a training run looks in answers: nothing of where it lies on the machine. */
export class RunView {
  @ApiProperty()
  id!: string;
  @ApiProperty({ enum: STATES })
  state!: (typeof STATES)[number];
  @ApiProperty({ example: 'smedbert.pretrain' })
  stage!: string;
  @ApiProperty()
  hash!: string;
  @ApiProperty({ type: Object })
  labels!: Record<string, string>;
  @ApiProperty({ type: Object, description: 'Effective settings, secrets masked.' })
  settings!: Record<string, unknown>;
  @ApiProperty({ format: 'date-time' })
  startedAt!: string;
  @ApiProperty({ type: 'integer', description: 'How often it was taken up, the first time included.' })
  sessions!: number;
  @ApiProperty({ description: 'Seconds of work.' })
  seconds!: number;
  @ApiProperty({ type: Object, required: false, description: 'Of a finished run.' })
  figures?: Record<string, number | string | boolean>;
}

export class RunDetail extends RunView {
  @ApiProperty({ type: [Number], description: 'Steps at which there is a checkpoint.' })
  checkpoints!: number[];
}

export class RunList {
  @ApiProperty({ type: [RunView] })
  runs!: RunView[];
}

export function viewOfRun({ id, state, record, manifest }: RunSummary): RunView {
  const { stage, hash, labels, settings, startedAt, sessions, seconds } = record;
  return { id, state, stage, hash, labels, settings, startedAt, sessions, seconds, figures: manifest?.figures };
}
