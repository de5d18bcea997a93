import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { DISAMBIGUATION_DEFAULTS, SENSE_SOURCES, type SenseSource } from '../medal/disambiguation/disambiguator.js';
import { OWN_SENSE_LIMITS } from '../medal/disambiguation/own-senses.js';
import { EntityView } from './entity.view.js';
import { WholeNumber } from './whole-number.js';

/** Texts whose abbreviations are asked for, and what these mean. */
export const DISAMBIGUATION_LIMITS = {
  /** Of all texts of a question together. */
  characters: 1_000_000,
  texts: 64,
  senses: 200,
  threshold: { minimum: 0, maximum: 1 },
  alternatives: { minimum: 0, maximum: 100, default: DISAMBIGUATION_DEFAULTS.alternatives },
  mentions: { minimum: 1, maximum: 100_000, default: DISAMBIGUATION_DEFAULTS.mentions },
} as const;

export class OwnSenseBody {
  @ApiProperty({ description: 'One word; a spelling that the inventory has is the abbreviation it has there.' })
  @IsString()
  @IsNotEmpty()
  abbreviation!: string;

  @ApiProperty({ required: false, description: 'Left out only where all senses of the abbreviation are removed.' })
  @IsOptional()
  @IsString()
  expansion?: string;

  @ApiProperty({ required: false, description: 'A few words that stand around it in texts.' })
  @IsOptional()
  @IsString()
  description?: string;

  @ApiProperty({
    required: false,
    type: [String],
    maxItems: OWN_SENSE_LIMITS.examples,
    description: 'Texts in which the abbreviation stands in this sense.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(OWN_SENSE_LIMITS.examples)
  @IsString({ each: true })
  @MaxLength(OWN_SENSE_LIMITS.example, { each: true })
  examples?: string[];

  @ApiProperty({ required: false, description: 'The sense, or the abbreviation, is taken out of the inventory.' })
  @IsOptional()
  @IsBoolean()
  remove?: boolean;
}

export class DisambiguationBody {
  @ApiProperty({
    required: false,
    maxLength: DISAMBIGUATION_LIMITS.characters,
    description: 'Taken as it is: places are those of this text. This or `texts`.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(DISAMBIGUATION_LIMITS.characters)
  text?: string;

  @ApiProperty({
    required: false,
    type: [String],
    minItems: 1,
    maxItems: DISAMBIGUATION_LIMITS.texts,
    description: `Together at most ${DISAMBIGUATION_LIMITS.characters} characters.`,
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(DISAMBIGUATION_LIMITS.texts)
  @IsString({ each: true })
  texts?: string[];

  @ApiProperty({ required: false, description: 'A run of `medal.train`, which ranks by what stands around.' })
  @IsOptional()
  @IsString()
  model?: string;

  @ApiProperty({
    required: false,
    description: 'A sample set of `medal.prepare`: its inventory, ranked by its counts.',
  })
  @IsOptional()
  @IsString()
  samples?: string;

  @ApiProperty({
    required: false,
    description: 'A table of abbreviations below the data root (POST /v1/files), ranked by its counts.',
  })
  @IsOptional()
  @IsString()
  inventory?: string;

  @ApiProperty({ required: false, description: 'A graph; expansions are linked to its entities by name and alias.' })
  @IsOptional()
  @IsString()
  kg?: string;

  @ApiProperty({
    required: false,
    type: [OwnSenseBody],
    maxItems: DISAMBIGUATION_LIMITS.senses,
    description: 'Own senses, and senses to be left out, for this question.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(DISAMBIGUATION_LIMITS.senses)
  @ValidateNested({ each: true })
  @Type(() => OwnSenseBody)
  senses?: OwnSenseBody[];

  @ApiProperty({
    required: false,
    ...DISAMBIGUATION_LIMITS.threshold,
    default: DISAMBIGUATION_DEFAULTS.threshold,
    description: 'A mention whose best sense is less probable is left open.',
  })
  @IsNumber()
  @Min(DISAMBIGUATION_LIMITS.threshold.minimum)
  @Max(DISAMBIGUATION_LIMITS.threshold.maximum)
  threshold: number = DISAMBIGUATION_DEFAULTS.threshold;

  @WholeNumber('Other senses that are told of each mention.', DISAMBIGUATION_LIMITS.alternatives)
  alternatives: number = DISAMBIGUATION_LIMITS.alternatives.default;

  @WholeNumber('Mentions of each text, from its start, that are ranked.', DISAMBIGUATION_LIMITS.mentions)
  mentions: number = DISAMBIGUATION_LIMITS.mentions.default;
}

export class SenseView {
  @ApiProperty()
  expansion!: string;
  @ApiProperty({ description: 'Over the senses of the abbreviation; sums to 1.' })
  probability!: number;
  @ApiProperty({ required: false, description: 'Added by the question: its probability is not calibrated.' })
  own?: true;
  @ApiProperty({ required: false, type: EntityView, description: 'The entity of the graph that has this name.' })
  entity?: EntityView;
}

export class DisambiguatedMentionView {
  @ApiProperty({ type: 'integer', description: 'First UTF-16 unit of the mention in the text.' })
  start!: number;
  @ApiProperty({ type: 'integer', description: 'The unit behind its last.' })
  end!: number;
  @ApiProperty({ description: 'As in the text.' })
  text!: string;
  @ApiProperty({ description: 'Its preferred form.' })
  abbreviation!: string;
  @ApiProperty({
    enum: SENSE_SOURCES,
    description: '`definition`: the text says it itself; `model`, `frequency`: who ranked the senses.',
  })
  source!: SenseSource;
  @ApiProperty({ type: String, nullable: true, description: 'null: no sense is as probable as the threshold.' })
  expansion!: string | null;
  @ApiProperty({ description: 'Of the expansion, or of the best sense where there is none.' })
  probability!: number;
  @ApiProperty({ required: false, description: 'Added by the question: its probability is not calibrated.' })
  own?: true;
  @ApiProperty({ required: false, type: EntityView, description: 'The entity of the graph that has this name.' })
  entity?: EntityView;
  @ApiProperty({ type: [SenseView], description: 'The other senses, the most probable first.' })
  alternatives!: SenseView[];
}

export class DisambiguatedTextView {
  @ApiProperty({ type: [DisambiguatedMentionView] })
  mentions!: DisambiguatedMentionView[];
  @ApiProperty({ type: 'integer', description: 'All abbreviations that were found.' })
  total!: number;
}

export class DisambiguationAnswer {
  @ApiProperty({ enum: ['model', 'frequency'], description: 'Who ranked what the texts do not define.' })
  source!: 'model' | 'frequency';
  @ApiProperty({ required: false, description: 'The run that was asked.' })
  model?: string;
  @ApiProperty({ required: false, description: 'The graph that was linked to.' })
  kg?: string;
  @ApiProperty({ type: [DisambiguatedTextView] })
  texts!: DisambiguatedTextView[];
}
