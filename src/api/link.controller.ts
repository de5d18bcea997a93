import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import type { RouteLimits } from './http-hooks.js';
import { LinkAnswer, LinkBody } from './link.view.js';
import { LinkQueries } from './link-queries.js';

/** A hundred thousand characters, escaped. */
const BODY_LIMIT_BYTES = 1 << 20;

/** From text to entities. */
@ApiTags('graphs')
@Controller('v1/kgs/:kg/link')
@Needs('read')
export class LinkController {
  constructor(private readonly queries: LinkQueries) {}

  @Post()
  @HttpCode(200)
  @RouteConfig({ bodyLimit: BODY_LIMIT_BYTES } satisfies RouteLimits)
  @ApiOperation({ summary: 'What a text mentions: places, candidates, the chosen entity and why, its neighbours.' })
  @ApiOkResponse({ type: LinkAnswer })
  link(@Param('kg') kg: string, @Body() question: LinkBody): Promise<LinkAnswer> {
    return this.queries.link(kg, question);
  }
}
