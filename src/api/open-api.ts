/** The OpenAPI document: routes from the controllers, and one schema a stage derived from its settings class. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { codeVersion } from '../runs/code-version.js';
import { type SettingRecord, type SettingsClass, settingsOf } from '../settings/setting.js';
import { STAGES } from '../stages.js';

type Schema = Record<string, unknown>;

export async function openApiDocument(app: INestApplication): Promise<OpenAPIObject> {
  const info = new DocumentBuilder()
    .setTitle('MedGraft')
    .setDescription('Grafts a medical knowledge graph into a language model.')
    .setVersion(codeVersion())
    .build();
  const document = SwaggerModule.createDocument(app, info);
  const schemas: Record<string, Schema> = {};
  for (const { name, load } of STAGES) {
    const { settings, summary } = await load();
    schemas[`settings.${name}`] = { description: summary, ...settingsSchema(settings) };
  }
  const create = { description: 'A stage and its settings.', oneOf: STAGES.map(({ name }) => jobSchema(name)) };
  const all = { ...document.components?.schemas, ...schemas, ...(STAGES.length > 0 ? { CreateJob: create } : {}) };
  return { ...document, components: { ...document.components, schemas: all } } as OpenAPIObject;
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
    properties: { stage: { const: stage }, settings: { $ref: `#/components/schemas/settings.${stage}` } },
  };
}
