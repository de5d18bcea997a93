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
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>MedGraft API</title><link rel="icon" href="docs/icon.svg">
<link rel="stylesheet" href="docs/swagger-ui.css"><link rel="stylesheet" href="docs/page.css">
</head>
<body><main id="api"></main><script src="docs/swagger-ui-bundle.js"></script><script src="docs/begin.js"></script></body>
</html>
`;

/** Swagger UI brings a dark dress and leaves it to the page when to wear it. */
const BEGIN = `const dark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', dress);
dress();
SwaggerUIBundle({
  url: 'openapi.json', dom_id: '#api', deepLinking: true, validatorUrl: null, tryItOutEnabled: false,
  docExpansion: 'list', defaultModelsExpandDepth: 0, displayRequestDuration: true,
});
`;

const STYLE = `body { margin: 0; }
html.dark-mode body { background: #1c2022; }
.swagger-ui .info { margin: 24px 0 8px; }
.swagger-ui .scheme-container { margin: 0; padding: 12px 0; box-shadow: none; background: none; }
.swagger-ui .opblock .opblock-summary-path { max-width: none; }
@media (max-width: 640px) {
  .swagger-ui .wrapper { padding: 0 12px; }
  .swagger-ui .opblock .opblock-summary-method { min-width: 56px; }
}
`;

/** Three nodes and their edges. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M4 12 8 4l4 8z" fill="none" stroke="#1f6fc4" stroke-width="1.5"/>
<g fill="#1f6fc4"><circle cx="8" cy="4" r="3"/><circle cx="4" cy="12" r="2.5"/><circle cx="12" cy="12" r="2.5"/></g></svg>
`;

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

  @Get('docs/page.css')
  async style(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', TYPES['swagger-ui.css']).send(STYLE);
  }

  @Get('docs/icon.svg')
  async icon(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', 'image/svg+xml').send(ICON);
  }

  @Get('docs/:file')
  async file(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    if (!Object.hasOwn(TYPES, file)) throw new NotFoundException();
    const content = await readFile(join(SWAGGER_UI, file));
    await reply.header('content-type', TYPES[file]).header('cache-control', 'max-age=3600').send(content);
  }
}
