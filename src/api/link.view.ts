import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsNumber, IsString, Max, MaxLength, Min } from 'class-validator';
import { CHOICE_RULES, type ChoiceRule } from '../text/explained-linker.js';
import { AMBIGUITY_DEFAULTS, AMBIGUITY_RULES, type AmbiguityRule } from '../text/resolve-ambiguity.js';
import { EntityView, NeighbourView } from './entity.view.js';
import { WholeNumber } from './whole-number.js';

/** A text to be linked, and how it looks linked. */
export const LINK_LIMITS = {
  text: 100_000,
  neighbours: { minimum: 0, maximum: 100, default: 10 },
  mentions: { minimum: 1, maximum: 10_000, default: 1000 },
  threshold: { minimum: 0, maximum: 1 },
  priorWeight: { minimum: 0, maximum: 1000 },
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

  @ApiProperty({
    required: false,
    enum: AMBIGUITY_RULES,
    default: 'exact',
    description:
      'Which entity a name that several have means: `exact`, the one of highest rank; `context`, the one whose ' +
      'neighbourhood fits the mentions around.',
  })
  @IsIn(AMBIGUITY_RULES)
  ambiguity: AmbiguityRule = 'exact';

  @ApiProperty({
    required: false,
    ...LINK_LIMITS.threshold,
    default: AMBIGUITY_DEFAULTS.threshold,
    description: 'By context: a mention whose best candidate scores less is left out.',
  })
  @IsNumber()
  @Min(LINK_LIMITS.threshold.minimum)
  @Max(LINK_LIMITS.threshold.maximum)
  ambiguityThreshold: number = AMBIGUITY_DEFAULTS.threshold;

  @ApiProperty({
    required: false,
    ...LINK_LIMITS.priorWeight,
    default: AMBIGUITY_DEFAULTS.priorWeight,
    description: 'By context: how much the ranks weigh against the mentions around; 0: only where there are none.',
  })
  @IsNumber()
  @Min(LINK_LIMITS.priorWeight.minimum)
  @Max(LINK_LIMITS.priorWeight.maximum)
  priorWeight: number = AMBIGUITY_DEFAULTS.priorWeight;
}

export class CandidateView extends EntityView {
  @ApiProperty({ required: false, description: 'PageRank; absent when the graph has not been ranked.' })
  rank?: number;
}

export class MentionCandidateView extends CandidateView {
  @ApiProperty({ required: false, description: 'By context: its share of the ranks; sums to 1 over all candidates.' })
  prior?: number;
  @ApiProperty({ required: false, description: 'By context: evidence from the mentions around, 0 or more.' })
  context?: number;
  @ApiProperty({ required: false, description: 'By context: of both; sums to 1 over all candidates.' })
  score?: number;
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
      'equal ranks or none, the first key; `context`: it has the highest score. Before that the longest name from the left is taken.',
  })
  rule!: ChoiceRule;
  @ApiProperty({ type: 'integer', description: 'Entities that have the name.' })
  candidateCount!: number;
  @ApiProperty({ type: [MentionCandidateView], description: 'The first of them, the chosen one first.' })
  candidates!: MentionCandidateView[];
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
  @ApiProperty({ type: 'integer', description: 'Mentions left out since no candidate scores enough.' })
  unlinked!: number;
  @ApiProperty({ type: [MentionView], description: 'In the order of the text.' })
  mentions!: MentionView[];
  @ApiProperty({ type: [LinkedEntityView], description: 'Those that are mentioned, in the order of the text.' })
  entities!: LinkedEntityView[];
}
