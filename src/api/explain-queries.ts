/** Why a pre-trained model reads texts as it does: on the command line, and in the process that the service asks. */
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import type { Workspace } from '../runs/workspace.js';
import type { Explanation } from '../smedbert/explanation/explanation.js';
import {
  findModel,
  type LinkingChanges,
  type OpenedExplainer,
  openExplainer,
} from '../smedbert/explanation/open-explainer.store.js';
import { ModelShelf } from './model-shelf.js';

export interface ExplainQuestion extends LinkingChanges {
  readonly corpus: string;
  readonly texts: readonly string[];
  /** Best pieces shown of each `[MASK]`; 0: none. */
  readonly masks: number;
  /** A run of the workspace, or a model folder; without, the newest pre-training of graph and corpus. */
  readonly run?: string;
  readonly model?: string;
}

export interface ExplainResult {
  readonly kg: string;
  readonly corpus: string;
  /** The run that was asked, or the folder. */
  readonly model: string;
  readonly texts: readonly Explanation[];
}

const KEPT_MODELS = 2;

export class ExplainQueries {
  private readonly shelf = new ModelShelf<OpenedExplainer>(KEPT_MODELS, (opened) => opened.dispose());
  private engine: Promise<Engine> | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly threads: number,
  ) {}

  /** @throws MedgraftError `artefact.missing`, `artefact.stale`, `explain.no-graph`, `checkpoint.missing`, ... */
  async explain(kg: string, question: ExplainQuestion): Promise<ExplainResult> {
    const { corpus, texts, masks, run, model } = question;
    const source = { kg, corpus, model: run === undefined ? model : this.workspace.runFolder(run) };
    const { folder, ...made } = await findModel(this.workspace, source);
    const hashes = [made.run, ...Object.values(made.inputs)].map((artefact) => artefact?.hash ?? '');
    const opened = await this.open([folder, ...hashes].join('\n'), source);
    const reader = opened.readerFor(question);
    const explained: Explanation[] = [];
    for (const text of texts) explained.push(await opened.explainer.explain(text, reader, masks));
    const id = folder.startsWith(this.workspace.runsFolder)
      ? folder.slice(this.workspace.runsFolder.length + 1)
      : folder;
    return { kg, corpus, model: id, texts: explained };
  }

  dispose(): Promise<void> {
    return this.shelf.dispose();
  }

  /** A run of the same name that was trained anew has other hashes. */
  private open(key: string, source: Parameters<typeof openExplainer>[1]): Promise<OpenedExplainer> {
    return this.shelf.get(key, async () => {
      this.engine ??= createEngine('onnx', this.threads);
      return openExplainer(this.workspace, source, await this.engine);
    });
  }
}
