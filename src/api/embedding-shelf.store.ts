/** The trained models that are being asked, by graph: opened once, and anew when `kg.embed` has trained for the graph again. */
import { Injectable } from '@nestjs/common';
import { MedgraftError } from '../base/errors.js';
import { type OpenedModel, openModelFile } from '../embedding/model-file.store.js';
import type { Artefact } from '../runs/artefact.js';
import { Workspace } from '../runs/workspace.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { LoadedGraph } from './loaded-graph.js';

const KEPT_MODELS = 2;

export interface EmbeddedGraph extends OpenedModel {
  readonly graph: LoadedGraph;
}

@Injectable()
export class EmbeddingShelf {
  private readonly kept = new Map<string, { hash: string; model: Promise<OpenedModel> }>();

  constructor(
    private readonly workspace: Workspace,
    private readonly shelf: GraphShelf,
  ) {}

  /**
   * The newest model of the graph as it is now.
   * @throws MedgraftError `graph.unknown`, `embedding.missing`, `embedding.model-file`
   */
  async open(kg: string): Promise<EmbeddedGraph> {
    const graph = await this.shelf.graph(kg);
    const { imported } = await this.shelf.artefacts(kg);
    const trained = await this.workspace.newest('kg.embed', { kg });
    if (trained === undefined || !Object.values(trained.manifest.inputs).includes(imported.hash)) throw untrained(kg);
    return { graph, ...(await this.model(kg, trained)) };
  }

  private async model(kg: string, { hash, folder }: Artefact): Promise<OpenedModel> {
    const kept = this.kept.get(kg);
    this.kept.delete(kg);
    const model = kept?.hash === hash ? kept.model : openModelFile(folder);
    this.kept.set(kg, { hash, model });
    if (this.kept.size > KEPT_MODELS) this.kept.delete(this.kept.keys().next().value ?? '');
    try {
      return await model;
    } catch (error) {
      this.kept.delete(kg);
      throw error;
    }
  }
}

function untrained(kg: string): MedgraftError {
  return new MedgraftError(
    'missing',
    'embedding.missing',
    `the graph ${kg} has no vectors, or those of an older import`,
    {
      place: 'kg',
      hint: `medgraft kg embed --kg ${kg}`,
    },
  );
}
