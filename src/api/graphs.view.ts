import { ApiProperty } from '@nestjs/swagger';

/** One graph of the list. */
export class GraphView {
  @ApiProperty({ description: 'Name of the graph.' })
  kg!: string;
  @ApiProperty({ description: 'Of the import: settings, files and what they were read by.' })
  hash!: string;
  @ApiProperty({ format: 'date-time' })
  importedAt!: string;
  @ApiProperty({ type: Object, description: 'Counts of the import.' })
  figures!: Record<string, number | string | boolean>;
}

export class GraphList {
  @ApiProperty({ type: [GraphView] })
  graphs!: GraphView[];
}
