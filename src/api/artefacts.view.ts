import { ApiProperty } from '@nestjs/swagger';
import type { FileProblem } from '../runs/content-hash.js';
import type { ArtefactSummary } from '../runs/list-artefacts.js';
import type { Verification } from '../runs/verify-result.js';

/** How results of stages look in answers: nothing of where they lie on the machine. */
export class ArtefactView {
  @ApiProperty({ example: 'kg.rank' })
  stage!: string;
  @ApiProperty()
  hash!: string;
  @ApiProperty({ type: Object, required: false, description: 'What it is of. Missing when its manifest is damaged.' })
  labels?: Record<string, string>;
  @ApiProperty({ type: Object, required: false, description: 'Counts, losses, metrics.' })
  figures?: Record<string, number | string | boolean>;
  @ApiProperty({ format: 'date-time', required: false })
  createdAt?: string;
}

export class ArtefactList {
  @ApiProperty({ type: [ArtefactView] })
  artefacts!: ArtefactView[];
}

export class FileProblemView implements FileProblem {
  @ApiProperty({ description: 'Relative path, forward slashes.' })
  file!: string;
  @ApiProperty({ example: 'has other content than recorded' })
  problem!: string;
}

export class VerificationView implements Verification {
  @ApiProperty({ description: 'Every file is what was written.' })
  intact!: boolean;
  @ApiProperty({ type: 'integer', description: 'How many files were read.' })
  files!: number;
  @ApiProperty({ type: 'integer' })
  bytes!: number;
  @ApiProperty({ type: [FileProblemView] })
  problems!: FileProblemView[];
}

export function viewOfArtefact({ stage, hash, manifest }: ArtefactSummary): ArtefactView {
  return { stage, hash, labels: manifest?.labels, figures: manifest?.figures, createdAt: manifest?.createdAt };
}
