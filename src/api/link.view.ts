import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { CHOICE_RULES, type ChoiceRule } from '../text/explained-linker.js';
import { EntityView, NeighbourView } from './entity.view.js';
import { WholeNumber } from './whole-number.js';

/** A text to be linked, and how it looks linked. */
export const LINK_LIMITS = {
  text: 100_000,
  neighbours: { minimum: 0, maximum: 100, default: 10 },
  mentions: { minimum: 1, maximum: 10_000, default: 1000 },
} as const;

export class LinkBody {
  @ApiProperty({ description: 'Taken as it is: places are those of this text.', maxLength: LINK_LIMITS.text })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LINK_LIMITS.text)
  text!: string;

  @WholeNumber('Neighbours that are shown of each entity.', LINK_LIMITS.neighbours)
  neighbours: number = LINK_LIMITS.neighbours.default;

  @WholeNumber('Mentions that are shown at most.', LINK_LIMITS.mentions)
  mentions: number = LINK_LIMITS.mentions.default;
}

export class CandidateView extends EntityView {
  @ApiProperty({ required: false, description: 'PageRank; absent when the graph has not been ranked.' })
  rank?: number;
}

export class MentionView {
  @ApiProperty({ type: 'integer', description: 'First UTF-16 unit of the mention in the text.' })
  start!: number;
  @ApiProperty({ type: 'integer', description: 'The unit behind its last.' })
  end!: number;
  @ApiProperty({ description: 'As in the text.' })
  text!: string;
  @ApiProperty({ description: 'Key of the chosen entity.' })
  entity!: string;
  @ApiProperty({ enum: ['name', 'alias'], description: 'What of the entity was found.' })
  matched!: 'name' | 'alias';
  @ApiProperty({
    enum: CHOICE_RULES,
    description:
      '`only`: no other entity has the name; `rank`: the entity has the highest rank of those that have it; `order`: ' +
      'equal ranks or none, the first key. Before that the longest name from the left is taken.',
  })
  rule!: ChoiceRule;
  @ApiProperty({ type: 'integer', description: 'Entities that have the name.' })
  candidateCount!: number;
  @ApiProperty({ type: [CandidateView], description: 'The first of them, the chosen one first.' })
  candidates!: CandidateView[];
}

export class LinkedEntityView extends CandidateView {
  @ApiProperty({ type: 'integer', description: 'Mentions of it in the text.' })
  mentions!: number;
  @ApiProperty({ type: 'integer', description: 'Edges to neighbours that it has.' })
  degree!: number;
  @ApiProperty({ type: [NeighbourView], description: 'The most important of them.' })
  neighbours!: NeighbourView[];
}

export class LinkAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty({ description: 'Whether the graph has ranks; without, the first key is chosen.' })
  ranked!: boolean;
  @ApiProperty({ type: 'integer', description: 'Mentions of this answer.' })
  shown!: number;
  @ApiProperty({ type: 'integer', description: 'Mentions of the text.' })
  total!: number;
  @ApiProperty({ type: [MentionView], description: 'In the order of the text.' })
  mentions!: MentionView[];
  @ApiProperty({ type: [LinkedEntityView], description: 'Those that are mentioned, in the order of the text.' })
  entities!: LinkedEntityView[];
}
