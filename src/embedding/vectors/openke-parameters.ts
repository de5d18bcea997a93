/**
 * The parameters of OpenKE's models (github.com/thunlp/OpenKE, openke/module/model) and the tables that they are here. Its
 * SimplE has one vector an entity and is another model; its RotatE keeps phases in units of `rel_embedding_range` / pi.
 */
import { MedgraftError } from '../../base/errors.js';
import type { Matrix } from '../../formats/matrix.js';
import type { EmbeddingModelName } from '../create-embedding.js';
import { joinHalves, scaled, splitHalves } from './half-columns.js';
import type { NamedVectors, VectorTables } from './named-vectors.js';

const ENTITIES = 'ent_embeddings.weight';
const RELATIONS = 'rel_embeddings.weight';
const MATRICES = 'rel_matrices.weight';
const PHASE_RANGE = 'rel_embedding_range';
const COMPLEX = {
  entity: ['ent_re_embeddings.weight', 'ent_im_embeddings.weight'],
  relation: ['rel_re_embeddings.weight', 'rel_im_embeddings.weight'],
} as const;
const OWN = {
  projection: 'transfer_matrix.weight',
  normal: 'norm_vector.weight',
  entityProjection: 'ent_transfer.weight',
  relationProjection: 'rel_transfer.weight',
} as const;
/** OpenKE's `pi_const` is a float32. */
const PI = Math.fround(Math.PI);

export type Parameters = ReadonlyMap<string, Matrix>;

/** @throws MedgraftError `formats.openke` when there are no entities */
export function tablesOfParameters(
  parameters: Parameters,
  place: string,
): { tables: VectorTables } & Pick<NamedVectors, 'model'> {
  const own = Object.entries(OWN).flatMap(([table, name]) => {
    const matrix = parameters.get(name);
    return matrix ? [[table, matrix]] : [];
  });
  const entity = parameters.get(ENTITIES) ?? joined(parameters, COMPLEX.entity);
  if (entity === undefined) {
    const got = [...parameters.keys()].join(', ') || 'no matrix';
    throw new MedgraftError('input', 'formats.openke', `${ENTITIES} is missing`, { place, expected: ENTITIES, got });
  }
  const relation = parameters.get(RELATIONS) ?? parameters.get(MATRICES) ?? joined(parameters, COMPLEX.relation);
  const range = parameters.get(PHASE_RANGE)?.values[0];
  const isRotatE = range !== undefined && relation !== undefined && entity.columns === 2 * relation.columns;
  const model = isRotatE ? 'rotate' : modelOf(parameters);
  const turned = isRotatE && relation ? scaled(relation, PI / range) : relation;
  return { model, tables: { entity, ...(turned ? { relation: turned } : {}), ...Object.fromEntries(own) } };
}

/** @throws MedgraftError `embedding.format` for a model that OpenKE has not */
export function parametersOf(model: EmbeddingModelName, tables: VectorTables): Map<string, Matrix> {
  const { entity, relation } = tables;
  const parameters = new Map<string, Matrix>();
  const set = (name: string, matrix: Matrix | undefined) => matrix && parameters.set(name, matrix);
  if (model === 'simple') {
    throw new MedgraftError('input', 'embedding.format', "OpenKE's SimplE has one vector an entity, not two", {
      place: 'format',
      hint: 'take --format dglke, numpy or safetensors',
    });
  }
  if (model === 'complex') {
    for (const [names, matrix] of [[COMPLEX.entity, entity] as const, [COMPLEX.relation, relation] as const]) {
      if (matrix) for (const [i, half] of splitHalves(matrix).entries()) set(names[i], half);
    }
  } else {
    set(ENTITIES, entity);
    set(model === 'rescal' ? MATRICES : RELATIONS, relation);
  }
  if (model === 'rotate') set(PHASE_RANGE, { rows: 1, columns: 1, values: Float32Array.of(PI) });
  for (const [table, name] of Object.entries(OWN)) set(name, tables[table as keyof typeof OWN]);
  return parameters;
}

function modelOf(parameters: Parameters): EmbeddingModelName | undefined {
  if (parameters.has(OWN.projection)) return 'transr';
  if (parameters.has(OWN.normal)) return 'transh';
  if (parameters.has(OWN.entityProjection)) return 'transd';
  if (parameters.has(MATRICES)) return 'rescal';
  return parameters.has(COMPLEX.entity[0]) ? 'complex' : undefined;
}

function joined(parameters: Parameters, [real, imaginary]: readonly [string, string]): Matrix | undefined {
  const [re, im] = [parameters.get(real), parameters.get(imaginary)];
  return re && im && re.rows === im.rows && re.columns === im.columns ? joinHalves(re, im) : undefined;
}
