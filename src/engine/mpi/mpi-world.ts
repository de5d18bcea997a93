/** The processes that mpirun has started for one computation. The one of rank 0 leads. */
import { MedgraftError } from '../../base/errors.js';
import { type Communicator, SingleProcess } from '../communicator.js';
import { MpiCommunicator } from './mpi-communicator.js';

/** MPI can be started once in a process's life. */
let world: Communicator | undefined;

/**
 * @param command that takes `--processes`, for the hint
 * @throws MedgraftError `engine.mpi`, `engine.processes` when mpirun did not start as many
 */
export function openMpiWorld(processes: number, command: string): Communicator {
  if (processes === 1) return new SingleProcess();
  world ??= MpiCommunicator.open();
  if (world.size === processes) return world;
  throw new MedgraftError('input', 'engine.processes', 'there are not as many processes as the setting says', {
    place: 'processes',
    expected: String(processes),
    got: String(world.size),
    hint: `mpirun -np ${processes} medgraft ${command} ... --processes ${processes}`,
  });
}

/**
 * The work of a process that does not lead. The others wait for it, and would for ever when it fails: then all end.
 * @returns when the leader has ended as well
 */
export async function followMpiLeader(communicator: Communicator, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`process ${communicator.rank}: ${described(error)}\n`);
    communicator.abort(1);
  }
  communicator.close();
}

/**
 * The leader's last call, which waits for the others to make theirs.
 * @param together false after a failure that they have not heard of: then mpirun ends them when this process ends
 */
export function leaveMpiWorld(together: (world: Communicator) => boolean): void {
  if (world === undefined) return;
  if (together(world)) world.close();
  world = undefined;
}

function described(error: unknown): string {
  if (!(error instanceof MedgraftError)) return error instanceof Error ? error.message : String(error);
  const { place, hint } = error.details;
  return [`[${error.code}] ${error.message}`, place, hint].filter((part) => part !== undefined).join('; ');
}
