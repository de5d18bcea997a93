import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Needs } from './access/access.decorator.js';
import { type ApiKeyView, SCOPES, type Scope } from './access/api-key.js';
import { ApiKeys } from './access/api-keys.store.js';

export class KeyView implements ApiKeyView {
  @ApiProperty({ description: 'The part of the key that may be known.' })
  id!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty({ enum: SCOPES, isArray: true })
  scopes!: Scope[];
  @ApiProperty({ enum: ['valid', 'expired', 'revoked'] })
  state!: ApiKeyView['state'];
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ format: 'date-time', required: false })
  expiresAt?: string;
  @ApiProperty({ format: 'date-time', required: false })
  revokedAt?: string;
}

export class KeyList {
  @ApiProperty({ type: [KeyView] })
  keys!: KeyView[];
}

/** Who may enter. Keys are made on the command line alone, so that none ever travels in an answer. */
@ApiTags('keys')
@Controller('v1/keys')
@Needs('admin')
export class KeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Get()
  @ApiOperation({ summary: 'API keys, without their secrets.' })
  @ApiOkResponse({ type: KeyList })
  list(): { keys: KeyView[] } {
    return { keys: this.keys.list() };
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key: it opens nothing from now on.' })
  @ApiOkResponse({ type: KeyView })
  revoke(@Param('id') id: string): Promise<KeyView> {
    return this.keys.revoke(id);
  }
}
