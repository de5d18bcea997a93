import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Open } from './access/access.decorator.js';
import { OpenApi } from './open-api.js';

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>MedGraft API</title><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="api"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/begin.js"></script></body>
</html>
`;
const BEGIN = `SwaggerUIBundle({ url: '../openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null });\n`;

const TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

/** The description of the API, for programs and, by Swagger UI with no inline script, for people. */
@ApiExcludeController()
@Controller()
@Open()
export class DocsController {
  constructor(private readonly openApi: OpenApi) {}

  @Get('openapi.json')
  async document(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', 'application/json; charset=utf-8').send(await this.openApi.text());
  }

  @Get('docs')
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', 'text/html; charset=utf-8').send(PAGE);
  }

  @Get('docs/begin.js')
  async begin(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', TYPES['swagger-ui-bundle.js']).send(BEGIN);
  }

  @Get('docs/:file')
  async file(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    if (!Object.hasOwn(TYPES, file)) throw new NotFoundException();
    const content = await readFile(join(SWAGGER_UI, file));
    await reply.header('content-type', TYPES[file]).header('cache-control', 'max-age=3600').send(content);
  }
}
