/**
 * The processes that mpirun has started for one training. The first leads: it alone reads the graph, keeps the partitions and
 * writes the result. The others need no workspace: all that they train with is sent to them.
 */
import { MedgraftError } from '../../base/errors.js';
import { type Communicator, SingleProcess } from '../../engine/communicator.js';
import { MpiCommunicator } from '../../engine/mpi/mpi-communicator.js';
import { VisitFollower } from '../partitions/visit-follower.store.js';
import { tell } from '../partitions/visit-messages.js';

/** MPI can be started once in a process's life. */
let world: Communicator | undefined;

/** @throws MedgraftError `engine.mpi`, `embedding.processes` when mpirun did not start as many */
export function openWorld(processes: number): Communicator {
  if (processes === 1) return new SingleProcess();
  world ??= MpiCommunicator.open();
  if (world.size === processes) return world;
  throw new MedgraftError('input', 'embedding.processes', 'there are not as many processes as the setting says', {
    place: 'processes',
    expected: String(processes),
    got: String(world.size),
    hint: `mpirun -np ${processes} medgraft kg embed ... --processes ${processes}`,
  });
}

/** In a process that does not lead: works until the leader ends. @returns false in the one that leads */
export async function followWorld(processes: number): Promise<boolean> {
  const communicator = openWorld(processes);
  if (communicator.rank === 0) return false;
  try {
    await new VisitFollower(communicator).follow();
  } catch (error) {
    // The others wait for this one, and would for ever.
    process.stderr.write(`process ${communicator.rank}: ${error instanceof Error ? error.message : String(error)}\n`);
    communicator.abort(1);
  }
  communicator.close();
  return true;
}

/** The leader's last word. After a failure amid a round nobody would hear it: then mpirun ends all when this process does. */
export function leaveWorld(): void {
  if (world === undefined) return;
  if (tell(world, 'end')) world.close();
  world = undefined;
}
