/**
 * The graphs that are being asked about, by name: read once, the last few kept, and read anew when an import or a ranking
 * has finished. Whether one has is seen by the times of two folders, so that a question costs no reading of files.
 */
import { statSync } from 'node:fs';
import { MedgraftError } from '../base/errors.js';
import { loadRanks } from '../graph/load-ranks.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import type { Artefact } from '../runs/artefact.js';
import type { Workspace } from '../runs/workspace.js';
import { checkName } from '../runs/workspace-name.js';
import { FairWork } from './fair-work.js';
import { LoadedGraph } from './loaded-graph.js';

const KEPT_GRAPHS = 4;
/** The folders are looked at so often at most. */
const LOOK_MILLISECONDS = 5;
/** Two changes of a folder within a tick of the file system's clock bear one time: a time so young proves nothing. */
const YOUNG_MILLISECONDS = 100;

interface Version {
  /** Times of the folders before the references were read. */
  stamp: string;
  imported: Artefact;
  ranked?: Artefact;
}

export class GraphShelf {
  private readonly versions = new Map<string, Version>();
  private readonly kept = new Map<string, { version: string; graph: Promise<LoadedGraph> }>();
  private looked: { at: number; stamp: string; isYoung: boolean } | undefined;

  /** @param work makes what questions derive from a graph */
  constructor(
    private readonly workspace: Workspace,
    readonly work = new FairWork(),
  ) {}

  /** @throws MedgraftError `graph.unknown`, `workspace.name`, those of reading a snapshot and ranks */
  async graph(kg: string): Promise<LoadedGraph> {
    const version = await this.version(kg);
    const name = `${version.imported.hash}.${version.ranked?.hash ?? ''}`;
    const kept = this.kept.get(kg);
    this.kept.delete(kg);
    if (kept !== undefined && kept.version !== name) closeLater(kept.graph);
    const graph = kept?.version === name ? kept.graph : this.load(kg, name, version);
    this.kept.set(kg, { version: name, graph });
    if (this.kept.size > KEPT_GRAPHS) this.forget(this.kept.keys().next().value ?? '');
    try {
      return await graph;
    } catch (error) {
      if (this.kept.get(kg)?.graph === graph) this.kept.delete(kg);
      throw error;
    }
  }

  /** What a graph is read from. @throws MedgraftError `graph.unknown`, `workspace.name` */
  async artefacts(kg: string): Promise<{ imported: Artefact; ranked?: Artefact }> {
    return this.version(kg);
  }

  /** Lets go of a graph, for example of one that is deleted. */
  forget(kg: string): void {
    const kept = this.kept.get(kg);
    if (kept !== undefined) closeLater(kept.graph);
    this.kept.delete(kg);
    this.versions.delete(kg);
  }

  /** Nest calls it when the service stops. */
  onModuleDestroy(): void {
    for (const kg of [...this.kept.keys()]) this.forget(kg);
  }

  private async load(kg: string, version: string, { imported, ranked }: Version): Promise<LoadedGraph> {
    const snapshot = loadSnapshot(imported.folder);
    const ranks = ranked && (await loadRanks(ranked.folder));
    return new LoadedGraph({ kg, version, folder: imported.folder, snapshot, ranks }, this.work);
  }

  private async version(kg: string): Promise<Version> {
    const { stamp, isYoung } = this.stamp();
    const known = this.versions.get(kg);
    if (known?.stamp === stamp) return known;
    const labels = { kg: checkName(kg, 'kg') };
    const imported = await this.workspace.newest('kg.import', labels);
    if (!imported) throw unknownGraph(kg);
    const ranking = await this.workspace.newest('kg.rank', labels);
    // Ranks of an earlier import are of no use for this one.
    const ranked = ranking && Object.values(ranking.manifest.inputs).includes(imported.hash) ? ranking : undefined;
    const version = { stamp, imported, ranked };
    if (isYoung) this.versions.delete(kg);
    else this.versions.set(kg, version);
    return version;
  }

  private stamp(): { stamp: string; isYoung: boolean } {
    const now = performance.now();
    if (this.looked !== undefined && now - this.looked.at < LOOK_MILLISECONDS) return this.looked;
    this.looked = { at: now, ...this.look() };
    return this.looked;
  }

  private look(): { stamp: string; isYoung: boolean } {
    const times = ['kg.import', 'kg.rank'].map((stage) => {
      const folder = statSync(this.workspace.referencesFolder(stage), { throwIfNoEntry: false });
      return folder?.mtimeMs ?? 0;
    });
    return { stamp: times.join(), isYoung: Date.now() - Math.max(...times) < YOUNG_MILLISECONDS };
  }
}

export function unknownGraph(kg: string): MedgraftError {
  return new MedgraftError('missing', 'graph.unknown', `there is no graph ${kg} in this workspace`, {
    place: 'kg',
    hint: `medgraft kg list shows the graphs; medgraft kg import --kg ${kg} makes this one`,
  });
}

function closeLater(graph: Promise<LoadedGraph>): void {
  graph.then(
    (loaded) => loaded.close(),
    () => undefined,
  );
}
