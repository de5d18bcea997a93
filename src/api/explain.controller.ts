import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import { ExplainAnswer, ExplainBody } from './explain.view.js';
import type { RouteLimits } from './http-hooks.js';
import { ModelProcess } from './model-process.js';

/** Sixteen texts of ten thousand characters, escaped. */
const BODY_LIMIT_BYTES = 1 << 21;

/** What a pre-trained model attends to. */
@ApiTags('models')
@Controller('v1/kgs/:kg/explain')
@Needs('read')
export class ExplainController {
  constructor(private readonly models: ModelProcess) {}

  @Post()
  @HttpCode(200)
  @RouteConfig({ bodyLimit: BODY_LIMIT_BYTES } satisfies RouteLimits)
  @ApiOperation({
    summary: 'What a pre-trained model sees in texts: mentions, candidates, neighbours with attention, gates, masks.',
  })
  @ApiOkResponse({ type: ExplainAnswer })
  explain(@Param('kg') kg: string, @Body() question: ExplainBody): Promise<ExplainAnswer> {
    return this.models.ask('explain', kg, { ...question }) as Promise<ExplainAnswer>;
  }
}
