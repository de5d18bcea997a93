/** One rank of the communicator's contract: mpirun starts it. */
import { MpiCommunicator } from '../../src/engine/mpi/mpi-communicator.js';
import { exerciseCommunicator } from '../contract/communicator.suite.js';

const communicator = MpiCommunicator.open();
exerciseCommunicator(communicator);
process.stdout.write(`rank ${communicator.rank} of ${communicator.size} is well\n`);
communicator.close();
