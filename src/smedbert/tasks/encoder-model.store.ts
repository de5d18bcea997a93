import { MedgraftError } from '../../base/errors.js';
import { loadEmbedding } from '../../embedding/load-embedding.js';
import { readEncoderConfig } from '../../nn/model-weights.store.js';
import type { FinetuneSettings } from '../finetune-settings.js';
import { knowledgeConfigOf } from '../model/model-settings.js';
import type { TaskVectors } from '../model/task-program.js';
import { assertOrder } from '../pretraining/experiment.store.js';
import type { StartModel } from './start-model.store.js';
import { loadTaskGraph } from './task-graph.store.js';
import type { EncoderModel, TaskModel } from './task-model.store.js';

/** The encoder that a task starts from, with the graph that is asked for. */
export async function openEncoderModel(
  { folder, pretraining, tokenizer, inputs }: StartModel,
  settings: Pick<FinetuneSettings, 'graph' | 'batchSize' | 'bucketTokens' | 'maximumTokens'>,
): Promise<{ model: EncoderModel; vectors: TaskVectors | undefined }> {
  const graphMode = (settings.graph ?? pretraining.graph) as TaskModel['graphMode'];
  const encoder = await readEncoderConfig(folder);
  if (tokenizer.pieces.length > encoder.vocabularySize) {
    throw tooFewRows(folder, tokenizer.pieces.length, encoder.vocabularySize);
  }
  const on = graphMode !== 'off';
  const embedding = on ? await loadEmbedding(inputs['vectors'].folder) : undefined;
  const knowledge = {
    ...knowledgeConfigOf({ ...pretraining, graph: graphMode }, encoder, embedding?.dimension ?? 1),
    knowledgeLosses: false,
  };
  const infuses = knowledge.hybridAttention || knowledge.oneHopMixer;
  const shuffleSeed = graphMode === 'shuffled' ? pretraining.seed : undefined;
  const loaded = infuses ? await loadTaskGraph(inputs, pretraining, shuffleSeed) : undefined;
  if (loaded && embedding) assertOrder(embedding.entityNames, loaded.names);
  const { batchSize, bucketTokens } = settings;
  return {
    model: {
      config: { encoder, knowledge },
      tokenizer,
      batches: { batchSize, bucketTokens, maximumTokens: Math.min(settings.maximumTokens, encoder.maximumPositions) },
      maximumMentions: pretraining.maximumMentions,
      maximumMentionTokens: pretraining.maximumMentionTokens,
      graphMode,
      graph: loaded?.graph,
    },
    vectors: loaded &&
      embedding && {
        entity: embedding.entity,
        entityTypes: loaded.graph.knowledge.entityTypes,
        typeCount: loaded.graph.typeCount,
      },
  };
}

function tooFewRows(place: string, pieces: number, rows: number): MedgraftError {
  return new MedgraftError('conflict', 'smedbert.vocabulary', 'the vocabulary is larger than the model', {
    place,
    expected: `at most ${rows} pieces`,
    got: `${pieces}`,
    hint: 'take the vocab.txt that came with the model',
  });
}
