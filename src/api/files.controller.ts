import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ServiceSettings } from '../settings/service-settings.js';
import { Needs } from './access/access.decorator.js';
import { DataRoot } from './data-root.js';
import { StoredFile, StoredFiles, UploadQuery } from './files.dto.js';
import type { RouteLimits } from './http-hooks.js';
import { RequestError } from './request-error.js';
import { tooLarge, Uploads } from './uploads.store.js';

const FILES_A_REQUEST = 16;

/** Files for jobs to read: sent as multipart/form-data, named in the settings of a job. Nothing is fetched from an address. */
@ApiTags('files')
@Controller('v1/files')
export class FilesController {
  private readonly uploads: Uploads;
  private readonly limit: number;

  constructor(data: DataRoot, { uploadLimit, requestTimeout }: ServiceSettings) {
    this.limit = uploadLimit * 2 ** 20;
    this.uploads = new Uploads(data.uploads, { bytes: this.limit, patienceMilliseconds: requestTimeout * 1000 });
  }

  @Post()
  @Needs('files')
  @HttpCode(201)
  @RouteConfig({ slow: true } satisfies RouteLimits)
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } } })
  @ApiOperation({ summary: 'Send files; each is there whole or not at all.' })
  @ApiCreatedResponse({ type: StoredFiles })
  async send(@Req() request: FastifyRequest, @Query() { replace }: UploadQuery): Promise<{ files: StoredFile[] }> {
    if (!request.isMultipart()) {
      throw new RequestError(415, 'upload.type', 'files are sent as multipart/form-data', 'curl -F file=@graph.csv');
    }
    const files: StoredFile[] = [];
    const limits = { fileSize: this.limit + 1, files: FILES_A_REQUEST, fields: 0, parts: FILES_A_REQUEST };
    for await (const { file, filename } of request.files({ limits, throwFileSizeLimit: false })) {
      files.push(await this.uploads.receive(filename, file, replace === 'true'));
      if (file.truncated) throw tooLarge(this.limit);
    }
    return { files };
  }

  @Get()
  @Needs('read')
  @ApiOperation({ summary: 'The files that have been sent.' })
  @ApiOkResponse({ type: StoredFiles })
  async list(): Promise<{ files: StoredFile[] }> {
    return { files: await this.uploads.list() };
  }

  @Delete(':name')
  @Needs('files')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a file that has been sent.' })
  @ApiNoContentResponse()
  remove(@Param('name') name: string): Promise<void> {
    return this.uploads.remove(name);
  }
}
