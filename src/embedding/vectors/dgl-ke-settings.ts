/**
 * The entries of DGL-KE's `config.json` that say how wide vectors are, and in what unit RotatE's phases stand: DGL-KE divides
 * them by (gamma + 2) / hidden_dim / pi. Here a phase is a phase, so gamma is what makes that 1.
 */
import type { EmbeddingModelName } from '../create-embedding.js';

/** DGL-KE starts its values within (gamma + 2) / hidden_dim. */
const EPSILON = 2;

/** @param relationWidth undefined: there are no vectors of relations */
export function dglKeSettings(
  model: EmbeddingModelName,
  width: number,
  relationWidth: number | undefined,
): Record<string, unknown> {
  if (model !== 'rotate' || relationWidth === undefined) {
    return { hidden_dim: width, double_ent: false, double_rel: false };
  }
  return { hidden_dim: relationWidth, double_ent: true, double_rel: false, gamma: Math.PI * relationWidth - EPSILON };
}

/** What RotatE's relations of a DGL-KE folder are multiplied by to be phases. */
export function phaseScale(config: Readonly<Record<string, unknown>>): number {
  const { gamma, hidden_dim, emb_size } = config;
  const width = hidden_dim ?? emb_size;
  return typeof gamma === 'number' && typeof width === 'number' ? (Math.PI * width) / (gamma + EPSILON) : 1;
}
