import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import type { RouteLimits } from './http-hooks.js';
import { ModelProcess } from './model-process.js';
import { TaskPredictionsAnswer, TaskPredictionsBody } from './task-predictions.view.js';

const BODY_LIMIT_BYTES = 1 << 20;

/** Fine-tuned models. */
@ApiTags('models')
@Controller('v1/runs/:run/predictions')
@Needs('read')
export class TaskPredictionsController {
  constructor(private readonly models: ModelProcess) {}

  @Post()
  @HttpCode(200)
  @RouteConfig({ bodyLimit: BODY_LIMIT_BYTES } satisfies RouteLimits)
  @ApiOperation({ summary: 'What the best seed of a run of smedbert.finetune says of texts.' })
  @ApiOkResponse({ type: TaskPredictionsAnswer })
  predict(@Param('run') run: string, @Body() question: TaskPredictionsBody): Promise<TaskPredictionsAnswer> {
    return this.models.ask('predict', run, { ...question }) as Promise<TaskPredictionsAnswer>;
  }
}
