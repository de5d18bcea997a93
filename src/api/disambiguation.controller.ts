import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MedgraftError } from '../base/errors.js';
import { senseEdits } from '../medal/disambiguation/own-senses.js';
import { resolveInside } from '../runs/job-sources.js';
import { Needs } from './access/access.decorator.js';
import { DataRoot } from './data-root.js';
import { DisambiguationAnswer, DisambiguationBody } from './disambiguation.view.js';
import { linkedAnswer } from './disambiguation-links.js';
import type { DisambiguationQuestion, DisambiguationResult } from './disambiguation-queries.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { RouteLimits } from './http-hooks.js';
import { ModelProcess } from './model-process.js';

/** A million characters, escaped, and own senses beside them. */
const BODY_LIMIT_BYTES = 1 << 23;

/** What abbreviations mean. */
@ApiTags('models')
@Controller('v1/medal/disambiguate')
@Needs('read')
export class DisambiguationController {
  constructor(
    private readonly models: ModelProcess,
    private readonly graphs: GraphShelf,
    private readonly data: DataRoot,
  ) {}

  @Post()
  @HttpCode(200)
  @RouteConfig({ bodyLimit: BODY_LIMIT_BYTES } satisfies RouteLimits)
  @ApiOperation({ summary: 'Abbreviations of texts: where they stand, what they mean there, how probable it is.' })
  @ApiOkResponse({ type: DisambiguationAnswer })
  async disambiguate(@Body() body: DisambiguationBody): Promise<DisambiguationAnswer> {
    const question = await this.questionOf(body);
    // What would fail anyway fails before a model is asked.
    const graph = body.kg === undefined ? undefined : await this.graphs.graph(body.kg);
    return linkedAnswer(await this.ask(question, body.inventory), graph);
  }

  private async ask(question: DisambiguationQuestion, inventory: string | undefined): Promise<DisambiguationResult> {
    try {
      return (await this.models.ask('disambiguate', '', question)) as DisambiguationResult;
    } catch (error) {
      throw namedAsGiven(error, question.inventory, inventory);
    }
  }

  private async questionOf(body: DisambiguationBody): Promise<DisambiguationQuestion> {
    const { text, texts, model, samples, inventory, senses, threshold, alternatives, mentions } = body;
    if ((text === undefined) === (texts === undefined)) throw notOne();
    return {
      texts: texts ?? [text as string],
      ...{ run: model, samples, threshold, alternatives, mentions },
      inventory: inventory && (await resolveInside(this.data.folder, inventory, 'inventory')),
      edits: senseEdits(senses ?? [], 'senses'),
    };
  }
}

/** An error in a table names it as the question did, not where it lies on this machine. */
function namedAsGiven(error: unknown, path: string | undefined, name: string | undefined): unknown {
  if (!(error instanceof MedgraftError) || path === undefined || name === undefined) return error;
  const { place, ...details } = error.details;
  return new MedgraftError(error.kind, error.code, error.message, { ...details, place: place?.replace(path, name) });
}

function notOne(): MedgraftError {
  return new MedgraftError('input', 'medal.question', 'it is not said what is to be read', {
    place: 'text, texts',
    expected: 'one of the two',
  });
}
