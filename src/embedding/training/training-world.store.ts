/**
 * Processes of one embedding training. The first leads: it alone reads the graph, keeps the partitions and writes the result.
 * The others need no workspace: all that they train with is sent to them.
 */
import type { Communicator } from '../../engine/communicator.js';
import { followMpiLeader, leaveMpiWorld, openMpiWorld } from '../../engine/mpi/mpi-world.js';
import { VisitFollower } from '../partitions/visit-follower.store.js';
import { tell } from '../partitions/visit-messages.js';

/** @throws MedgraftError `engine.mpi`, `engine.processes` */
export function openWorld(processes: number): Communicator {
  return openMpiWorld(processes, 'kg embed');
}

/** In a process that does not lead: works until the leader ends. @returns false in the one that leads */
export async function followWorld(processes: number): Promise<boolean> {
  const communicator = openWorld(processes);
  if (communicator.rank === 0) return false;
  await followMpiLeader(communicator, () => new VisitFollower(communicator).follow());
  return true;
}

/** The leader's last word. After a failure amid a round nobody would hear it: then mpirun ends all when this process does. */
export function leaveWorld(): void {
  leaveMpiWorld((world) => tell(world, 'end'));
}
