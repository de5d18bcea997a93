/**
 * One of the lanes that a graph is written in, each over a connection of its own. A lane sends its batches in order, and how
 * many are in is counted in the transactions themselves: a batch whose answer got lost, and one that a killed process had
 * sent, is not written twice.
 */
import { MedgraftError, throwIfCancelled } from '../../../base/errors.js';
import type { Neo4jConnection } from './neo4j-connection.js';

export interface LaneBatch {
  statement: 'import/write-entities' | 'import/write-edges' | 'import/write-bare-edges';
  size: number;
  rows(): readonly unknown[];
}

export class WriteLane {
  /** @param done batches of this lane that are in */
  constructor(
    private readonly connection: Neo4jConnection,
    private readonly kg: string,
    private readonly id: string,
    private done: number,
  ) {}

  /**
   * Sends the batches that are not in yet, and tells of each.
   * @param first the number of the first of them among all of this lane
   */
  async send(
    batches: readonly LaneBatch[],
    first: number,
    signal: AbortSignal,
    told: (batch: LaneBatch) => Promise<void>,
  ): Promise<void> {
    for (const [n, batch] of batches.entries()) {
      if (first + n < this.done) continue;
      throwIfCancelled(signal);
      await this.sendBatch(batch);
      await told(batch);
    }
  }

  private async sendBatch({ statement, size, rows }: LaneBatch): Promise<void> {
    const parameters = { kg: this.kg, lane: this.id, done: this.done, rows: rows() };
    const [[written]] = await this.connection.write(statement, parameters);
    this.done++;
    if (written === size) return;
    const [lane] = await this.connection.read('import/read-lane', { lane: this.id });
    const isIn = lane !== undefined && Number(lane[0]) >= this.done;
    if (written === 0 && isIn) return;
    throw changed(this.connection.place);
  }
}

function changed(place: string): MedgraftError {
  return new MedgraftError('conflict', 'graph.neo4j-changed', 'the graph was changed or removed while it was written', {
    place,
    hint: 'another copy of the same name, or a person, deleted parts of it; run the same command again',
  });
}
