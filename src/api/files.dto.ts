import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

export class UploadQuery {
  @ApiProperty({
    description: 'Put it in place of an upload of the same name.',
    enum: ['true', 'false'],
    required: false,
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  replace?: 'true' | 'false';
}

/** One file in answers. */
export class StoredFile {
  @ApiProperty({ description: 'Relative path, forward slashes.' })
  path!: string;
  @ApiProperty({ type: 'integer' })
  bytes!: number;
  @ApiProperty({ format: 'date-time' })
  modifiedAt!: string;
}

export class StoredFiles {
  @ApiProperty({ type: [StoredFile] })
  files!: StoredFile[];
}
