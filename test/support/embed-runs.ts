/** Runs of `kg.embed` and `kg.vectors` on small graphs that are made here, without a workspace. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportVectorsSettings, exportVectors } from '../../src/embedding/export-vectors.stage.js';
import { trainEmbedding } from '../../src/embedding/train-embedding.stage.js';
import { TrainEmbeddingSettings } from '../../src/embedding/train-embedding-settings.js';
import { buildSnapshot } from '../../src/graph/build-snapshot.js';
import { writeSnapshot } from '../../src/graph/snapshot-file.js';
import type { Artefact } from '../../src/runs/artefact.js';
import type { StageEvent, StageFigures } from '../../src/runs/stage.js';

export interface EmbedRun {
  folder: string;
  events: StageEvent[];
  warnings: string[];
  figures: StageFigures;
}

export class EmbedRuns {
  readonly root = mkdtempSync(join(tmpdir(), 'medgraft-embed-runs-'));
  private folders = 0;

  folder(): string {
    const folder = join(this.root, String(this.folders++));
    mkdirSync(folder);
    return folder;
  }

  file(name: string, content: string | Uint8Array, folder = this.folder()): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** Entities `k0`.. called `实体0`.. (the first two share a name), and two relations, in a ring with chords. */
  async graph(entities: number, prefix = 'k', relations = ['有症状', '并发症']): Promise<string> {
    const folder = this.folder();
    const nodes = Array.from({ length: entities }, (_, i) => {
      return {
        key: `${prefix}${i}`,
        name: `${prefix === 'k' ? '实体' : prefix}${i < 2 ? 0 : i}`,
        types: [],
        aliases: [],
      };
    });
    const triples = Array.from({ length: 2 * entities }, (_, i) => ({
      head: nodes[i % entities].key,
      relation: relations[i % relations.length],
      tail: nodes[(i * 5 + 3) % entities].key,
    }));
    await writeSnapshot(folder, buildSnapshot(nodes, triples));
    return folder;
  }

  async embed(
    graph: string,
    values: Partial<TrainEmbeddingSettings>,
    { scratch = this.folder(), stopAfter = Number.POSITIVE_INFINITY } = {},
  ): Promise<EmbedRun> {
    const small = {
      kg: 'toy',
      dimension: 8,
      epochs: 3,
      warmStart: false,
      exportOpenKe: false,
      engine: 'wasm',
      threads: 1,
    };
    const settings = Object.assign(new TrainEmbeddingSettings(), small, values);
    const controller = new AbortController();
    const context = this.context(controller.signal, scratch);
    const running = trainEmbedding.run(settings, { graph: { folder: graph } as Artefact }, context);
    const events: StageEvent[] = [];
    for (;;) {
      const step = await running.next();
      if (step.done) return { folder: context.folder, events, warnings: warningsOf(events), figures: step.value };
      events.push(step.value);
      if (events.filter(({ kind }) => kind === 'metric').length === stopAfter) controller.abort();
    }
  }

  async vectors(graph: string, vectors: string, values: Partial<ExportVectorsSettings>): Promise<string> {
    const settings = Object.assign(new ExportVectorsSettings(), { kg: 'toy' }, values);
    const context = this.context(new AbortController().signal, this.folder());
    const inputs = { graph: { folder: graph } as Artefact, vectors: { folder: vectors } as Artefact };
    const running = exportVectors.run(settings, inputs, context);
    while (!(await running.next()).done);
    return context.folder;
  }

  private context(signal: AbortSignal, scratch: string) {
    return { folder: this.folder(), home: this.root, threads: 1, signal, scratch: async () => scratch };
  }
}

function warningsOf(events: readonly StageEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
}
