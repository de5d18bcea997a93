import { ApiProperty } from '@nestjs/swagger';
import { JOB_STATES, type JobState } from '../runs/job.js';

/** How jobs look in answers; described once for the OpenAPI document. */
export class JobErrorView {
  @ApiProperty({ description: 'Stable code, `room.problem`.', example: 'artefact.missing' })
  code!: string;
  @ApiProperty()
  message!: string;
  @ApiProperty({ required: false, description: 'File and line, or setting.' })
  place?: string;
  @ApiProperty({ required: false })
  expected?: string;
  @ApiProperty({ required: false })
  got?: string;
  @ApiProperty({ required: false, description: 'What to do about it.' })
  hint?: string;
}

export class JobResultView {
  @ApiProperty()
  stage!: string;
  @ApiProperty({ description: 'Hash of the result: its folder and its name in manifests.' })
  hash!: string;
  @ApiProperty({ type: Object, description: 'Counts, losses, metrics.' })
  figures!: Record<string, number | string | boolean>;
  @ApiProperty({ description: 'Seconds of work.' })
  seconds!: number;
}

export class JobProgressView {
  @ApiProperty()
  phase!: string;
  @ApiProperty()
  done!: number;
  @ApiProperty({ required: false })
  total?: number;
  @ApiProperty({ example: 'triples' })
  unit!: string;
}

export class JobView {
  @ApiProperty({ type: 'integer' })
  id!: number;
  @ApiProperty({ example: 'kg.rank' })
  stage!: string;
  @ApiProperty({ type: Object })
  settings!: Record<string, unknown>;
  @ApiProperty({ enum: JOB_STATES })
  state!: JobState;
  @ApiProperty()
  cancelRequested!: boolean;
  @ApiProperty({ type: 'integer', description: 'How often it has been begun.' })
  attempt!: number;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ format: 'date-time', required: false })
  startedAt?: string;
  @ApiProperty({ format: 'date-time', required: false })
  endedAt?: string;
  @ApiProperty({ format: 'date-time', required: false, description: 'Its next attempt is not begun earlier.' })
  notBefore?: string;
  @ApiProperty({ type: 'integer', required: false, description: 'Process id while it runs.' })
  pid?: number;
  @ApiProperty({ type: JobProgressView, required: false, description: 'The newest that it told.' })
  progress?: JobProgressView;
  @ApiProperty({ type: JobResultView, required: false })
  result?: JobResultView;
  @ApiProperty({ type: JobErrorView, required: false })
  error?: JobErrorView;
}

export class JobList {
  @ApiProperty({ type: [JobView] })
  jobs!: JobView[];
  @ApiProperty({ type: 'integer', required: false, description: 'There are older ones: `before` of the next page.' })
  next?: number;
}

export class JobMetricView {
  @ApiProperty({ type: 'integer', description: 'Number of the event.' })
  seq!: number;
  @ApiProperty({ format: 'date-time' })
  at!: string;
  @ApiProperty({ example: 'train' })
  phase!: string;
  @ApiProperty({ type: 'integer' })
  step!: number;
  @ApiProperty({ type: Object, description: 'Losses, rates, measures by name.' })
  values!: Record<string, number>;
}

export class JobMetricList {
  @ApiProperty({ type: [JobMetricView] })
  metrics!: JobMetricView[];
  @ApiProperty({ type: 'integer', required: false, description: 'There are more: `after` of the next page.' })
  next?: number;
}
