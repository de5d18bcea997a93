import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { MENTION_STATES, type MentionState } from '../smedbert/explanation/explanation.js';
import { CHOICE_RULES, type ChoiceRule } from '../text/explained-linker.js';
import { AMBIGUITY_RULES, type AmbiguityRule } from '../text/resolve-ambiguity.js';
import { LINK_LIMITS } from './link.view.js';
import { WholeNumber } from './whole-number.js';

/** Texts to be explained, and why the model reads them as it does. */
export const EXPLAIN_LIMITS = {
  text: 10_000,
  texts: 16,
  masks: { minimum: 0, maximum: 100, default: 5 },
} as const;

export class ExplainBody {
  @ApiProperty({ description: 'Name of the corpus that the model was pre-trained on.' })
  @IsString()
  corpus!: string;

  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: EXPLAIN_LIMITS.texts,
    description: `Each of at most ${EXPLAIN_LIMITS.text} characters; \`[MASK]\` in it is asked for.`,
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(EXPLAIN_LIMITS.texts)
  @IsString({ each: true })
  @MaxLength(EXPLAIN_LIMITS.text, { each: true })
  texts!: string[];

  @WholeNumber('Best pieces that are shown of each `[MASK]`.', EXPLAIN_LIMITS.masks)
  masks: number = EXPLAIN_LIMITS.masks.default;

  @ApiProperty({
    required: false,
    description: 'A run of `smedbert.pretrain`; without, the newest of graph and corpus.',
  })
  @IsOptional()
  @IsString()
  run?: string;

  @ApiProperty({ required: false, enum: AMBIGUITY_RULES, description: 'Without, as the corpus was linked.' })
  @IsOptional()
  @IsIn(AMBIGUITY_RULES)
  ambiguity?: AmbiguityRule;

  @ApiProperty({ required: false, ...LINK_LIMITS.threshold, description: 'Without, as the corpus was linked.' })
  @IsOptional()
  @IsNumber()
  @Min(LINK_LIMITS.threshold.minimum)
  @Max(LINK_LIMITS.threshold.maximum)
  ambiguityThreshold?: number;

  @ApiProperty({ required: false, ...LINK_LIMITS.priorWeight, description: 'Without, as the corpus was linked.' })
  @IsOptional()
  @IsNumber()
  @Min(LINK_LIMITS.priorWeight.minimum)
  @Max(LINK_LIMITS.priorWeight.maximum)
  priorWeight?: number;
}

export class ExplainedTokenView {
  @ApiProperty()
  piece!: string;
  @ApiProperty({ type: 'integer', description: 'First UTF-16 unit in the text.' })
  start!: number;
  @ApiProperty({ type: 'integer', description: 'The unit behind its last.' })
  end!: number;
  @ApiProperty({ required: false, description: 'Mean of |g_i|, 0 to 1; of tokens of infused mentions.' })
  gate?: number;
  @ApiProperty({ required: false, description: 'Length of what was added over that of the hidden state before.' })
  change?: number;
}

export class NamedEntityView {
  @ApiProperty()
  key!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  type!: string;
}

export class ScoredCandidateView extends NamedEntityView {
  @ApiProperty({ description: 'PageRank.' })
  rank!: number;
  @ApiProperty({ description: 'By rank and frequency; sums to 1 over the candidates.' })
  prior!: number;
  @ApiProperty({ description: 'Evidence from the mentions around, 0 or more.' })
  context!: number;
  @ApiProperty({ description: 'Of both; sums to 1 over the candidates.' })
  score!: number;
  @ApiProperty()
  chosen!: boolean;
}

export class WeighedNeighbourView extends NamedEntityView {
  @ApiProperty()
  relation!: string;
  @ApiProperty({ enum: ['out', 'in'], description: '`out`: the entity of the mention is the head.' })
  direction!: 'out' | 'in';
  @ApiProperty({ description: 'PageRank.' })
  rank!: number;
  @ApiProperty({
    required: false,
    description: 'Attention to its type; sums to 1 over the types. Absent without type attention.',
  })
  typeWeight?: number;
  @ApiProperty({ description: 'Attention to it, mean over the heads; sums to 1 over the neighbours.' })
  nodeWeight!: number;
  @ApiProperty({ type: [Number], description: 'Attention of each head.' })
  headWeights!: number[];
}

export class ExplainedMentionView {
  @ApiProperty({ type: 'integer' })
  start!: number;
  @ApiProperty({ type: 'integer' })
  end!: number;
  @ApiProperty({ description: 'As in the text.' })
  surface!: string;
  @ApiProperty({ enum: MENTION_STATES, description: 'Only `infused` ones reached the model with their neighbours.' })
  state!: MentionState;
  @ApiProperty({
    required: false,
    type: 'integer',
    description: 'First of its tokens, where it stands on whole pieces.',
  })
  tokenStart?: number;
  @ApiProperty({ required: false, type: 'integer' })
  tokenEnd?: number;
  @ApiProperty({ type: NamedEntityView, description: 'What is meant, or would be.' })
  entity!: NamedEntityView;
  @ApiProperty({ enum: CHOICE_RULES })
  rule!: ChoiceRule;
  @ApiProperty({ type: [ScoredCandidateView], description: 'Best score first.' })
  candidates!: ScoredCandidateView[];
  @ApiProperty({
    type: [WeighedNeighbourView],
    description: 'Those that were infused, in the order in which they were chosen.',
  })
  neighbours!: WeighedNeighbourView[];
}

export class GuessView {
  @ApiProperty()
  piece!: string;
  @ApiProperty()
  probability!: number;
}

export class MaskGuessesView {
  @ApiProperty({ type: 'integer' })
  start!: number;
  @ApiProperty({ type: 'integer' })
  end!: number;
  @ApiProperty({ type: [GuessView], description: 'Most probable first.' })
  best!: GuessView[];
}

export class ExplainedTextView {
  @ApiProperty()
  text!: string;
  @ApiProperty({ type: [ExplainedTokenView] })
  tokens!: ExplainedTokenView[];
  @ApiProperty({ type: 'integer', description: 'Pieces at the end that the model has no room for.' })
  cutTokens!: number;
  @ApiProperty({ type: [ExplainedMentionView], description: 'In the order of the text.' })
  mentions!: ExplainedMentionView[];
  @ApiProperty({ type: [MaskGuessesView], description: 'One for each `[MASK]`.' })
  predictions!: MaskGuessesView[];
}

export class ExplainAnswer {
  @ApiProperty()
  kg!: string;
  @ApiProperty()
  corpus!: string;
  @ApiProperty({ description: 'The run that was asked.' })
  model!: string;
  @ApiProperty({ type: [ExplainedTextView] })
  texts!: ExplainedTextView[];
}
