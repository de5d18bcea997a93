/**
 * The OpenAPI document: routes from the controllers, one schema a stage derived from its settings class, and the errors that
 * every route can answer with. Committed as docs/openapi.json (`node scripts/openapi.mjs` writes it).
 */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { codeVersion } from '../runs/code-version.js';
import { type SettingRecord, type SettingsClass, settingsOf } from '../settings/setting.js';
import { STAGES } from '../stages.js';

type Schema = Record<string, unknown>;

const DESCRIPTION = [
  'Grafts a medical knowledge graph into a language model.',
  'Scopes of keys: `read` looks, `jobs` starts, stops and verifies, `files` sends, `admin` does all and sees the keys.',
  'Errors are problem details (RFC 9457) with a stable `code`, a `hint` and the `requestId` that the log has too.',
  'Pages: give `next` of an answer to the next question. Every question is a command as well: `medgraft --help`.',
].join('\n\n');

/** In the order in which one meets them. */
const TAGS: Readonly<Record<string, string>> = {
  graphs: 'Look things up in a knowledge graph.',
  files: 'Send what jobs read.',
  jobs: 'Run any stage, follow it, stop it, go on with it.',
  runs: 'Trained models, their checkpoints and files.',
  models: 'Ask a trained language model.',
  artefacts: 'Results of all other stages.',
  health: 'For what watches the service.',
  keys: 'Who may enter.',
};

/** The document of the running service; made when it is first asked for. */
export class OpenApi {
  private json: Promise<string> | undefined;
  private app: INestApplication | undefined;

  describe(app: INestApplication): void {
    this.app = app;
  }

  text(): Promise<string> {
    if (!this.app) throw new Error('the service has not been described');
    this.json ??= openApiDocument(this.app).then((document) => JSON.stringify(document));
    return this.json;
  }
}

export async function openApiDocument(app: INestApplication): Promise<OpenAPIObject> {
  const builder = new DocumentBuilder()
    .setTitle('MedGraft')
    .setDescription(DESCRIPTION)
    .setVersion(codeVersion())
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of `medgraft keys create`.' }, 'apiKey');
  for (const [tag, meaning] of Object.entries(TAGS)) builder.addTag(tag, meaning);
  const document = SwaggerModule.createDocument(app, builder.build());
  addProblems(document);
  const schemas: Record<string, Schema> = {};
  for (const { name, load } of STAGES) {
    const { settings, summary } = await load();
    schemas[`settings.${name}`] = { description: summary, ...settingsSchema(settings) };
  }
  const create = { description: 'A stage and its settings.', oneOf: STAGES.map(({ name }) => jobSchema(name)) };
  const all = {
    ...document.components?.schemas,
    Problem: PROBLEM,
    ...schemas,
    ...(STAGES.length > 0 ? { CreateJob: create } : {}),
  };
  return { ...document, components: { ...document.components, schemas: all } } as OpenAPIObject;
}

const PROBLEM: Schema = {
  description: 'Problem details (RFC 9457) with a stable code and a hint.',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable, `room.problem`.' },
    place: { type: 'string' },
    expected: { type: 'string' },
    got: { type: 'string' },
    hint: { type: 'string' },
    requestId: { type: 'string' },
  },
};

/** Any route may refuse; what is common is said once a route. */
function addProblems(document: OpenAPIObject): void {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'post', 'delete', 'put', 'patch'] as const) {
      const operation = path[method];
      if (operation) operation.responses['default'] = { description: 'A problem.', content };
    }
  }
}

/** JSON schema of a settings class. */
export function settingsSchema(settingsClass: SettingsClass<object>): Schema {
  const defaults = new settingsClass() as Record<string, unknown>;
  const records = settingsOf(settingsClass);
  return {
    type: 'object',
    additionalProperties: false,
    required: records.filter(({ required, name }) => required && defaults[name] === undefined).map(({ name }) => name),
    properties: Object.fromEntries(
      records.map((record) => [record.name, settingSchema(record, defaults[record.name])]),
    ),
  };
}

function settingSchema(record: SettingRecord, byDefault: unknown): Schema {
  const one = { type: record.type === 'strings' ? 'string' : record.type, enum: record.choices };
  return {
    description: record.meaning,
    ...(record.type === 'strings' ? { type: 'array', items: one } : one),
    minimum: record.minimum,
    maximum: record.maximum,
    default: record.secret ? undefined : byDefault,
    writeOnly: record.secret,
  };
}

function jobSchema(stage: string): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['stage', 'settings'],
    properties: {
      stage: { type: 'string', enum: [stage] },
      settings: { $ref: `#/components/schemas/settings.${stage}` },
    },
  };
}
