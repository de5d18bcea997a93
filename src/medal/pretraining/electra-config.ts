import { MedgraftError } from '../../base/errors.js';
import type { NamedParameters, ParameterSpec, ParameterStore } from '../../nn/parameter-store.js';
import {
  denseSpecs,
  type EncoderConfig,
  encoderParameterSpecs,
  normSpecs,
  wordTableOf,
} from '../../nn/transformer-encoder.js';

/**
 * ELECTRA (Clark et al. 2020, arXiv 2003.10555): a small generator fills masked places, a discriminator tells which tokens were
 * replaced. Both read the same embeddings (words, positions, types and their LayerNorm, as the published program shares them);
 * the generator's encoder is narrower. Letters: transformer-encoder.ts, and P masked places of a batch.
 */
export interface ElectraConfig {
  /** Prefix `electra`. */
  readonly discriminator: EncoderConfig;
  /** Prefix `generator`; the same vocabulary, positions, types and width of embeddings. */
  readonly generator: EncoderConfig;
}

export const DISCRIMINATOR = 'electra';
export const GENERATOR = 'generator';
const SHARED = `${DISCRIMINATOR}.embeddings.`;
/** What only the generator has, beside its encoder. */
const GENERATOR_HEAD = ['generator_predictions.', 'generator_lm_head.'];

/**
 * @param size of the generator, as a share of the discriminator's width, heads and inner width
 * @throws MedgraftError `settings.invalid` where its heads do not divide its width
 */
export function generatorOf(discriminator: EncoderConfig, size: number): EncoderConfig {
  const { hiddenSize: d, embeddingSize = d } = discriminator;
  const share = (whole: number) => Math.max(1, Math.round(whole * size));
  const [hiddenSize, heads] = [share(d), share(discriminator.heads)];
  if (hiddenSize % heads !== 0) {
    throw new MedgraftError('input', 'settings.invalid', "the generator's heads do not divide its width", {
      place: 'generatorSize',
      expected: `a share of ${d} that ${heads} heads divide`,
      got: `${hiddenSize}, ${size} of it`,
    });
  }
  const intermediateSize = share(discriminator.intermediateSize);
  return { ...discriminator, prefix: GENERATOR, hiddenSize, heads, intermediateSize, embeddingSize };
}

/** All parameters of both: shared embeddings once. */
export function electraParameterSpecs({ discriminator, generator }: ElectraConfig): ParameterSpec[] {
  const { hiddenSize: d, embeddingSize: e = d, vocabularySize } = discriminator;
  const normal = { kind: 'normal', deviation: discriminator.initializerRange } as const;
  const bias = { shape: [vocabularySize], initial: { kind: 'zeros' }, decay: false, trainable: true } as const;
  return [
    ...encoderParameterSpecs(discriminator),
    ...denseSpecs('discriminator_predictions.dense', d, d, normal),
    ...denseSpecs('discriminator_predictions.dense_prediction', 1, d, normal),
    ...encoderParameterSpecs(generator).filter(({ name }) => !name.startsWith(`${GENERATOR}.embeddings.`)),
    ...denseSpecs('generator_predictions.dense', e, generator.hiddenSize, normal),
    ...normSpecs('generator_predictions.LayerNorm', e),
    { name: 'generator_lm_head.bias', ...bias },
  ];
}

export function isShared(name: string): boolean {
  return name.startsWith(SHARED);
}

/** Of the generator alone. */
export function isOfGenerator(name: string): boolean {
  return [`${GENERATOR}.`, ...GENERATOR_HEAD].some((start) => name.startsWith(start));
}

/** Of the whole tables only this one is read row by row; the masked-token decoder reads it whole too. */
export function sharedWordTable({ discriminator }: ElectraConfig): string {
  return wordTableOf(discriminator);
}

/** The discriminator as ElectraForPreTraining names it. */
export function discriminatorParameters(store: ParameterStore): NamedParameters {
  const names = store.names().filter((name) => !isOfGenerator(name));
  return { names: () => names, spec: (name) => store.spec(name), value: (name) => store.value(name) };
}

/** The generator as ElectraForMaskedLM names it, shared embeddings included. */
export function generatorParameters(store: ParameterStore): NamedParameters {
  const owners = store.names().filter((name) => isOfGenerator(name) || isShared(name));
  const own = new Map(owners.map((name) => [name.replace(/^generator\./, `${DISCRIMINATOR}.`), name]));
  const known = (name: string) => own.get(name) ?? name;
  return {
    names: () => [...own.keys()],
    spec: (name) => store.spec(known(name)),
    value: (name) => store.value(known(name)),
  };
}
