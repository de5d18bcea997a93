/**
 * MPI (Message Passing Interface 3.1) by Open MPI's shared library, called through koffi: both are optional and are loaded when
 * they are asked for. Open MPI's handles are addresses of the library's own symbols; other MPIs have other handles.
 */
import { createRequire } from 'node:module';
import { platform } from 'node:os';
import { MedgraftError } from '../../base/errors.js';
import { bytesOf } from '../../formats/byte-sink.js';
import { assertRank, type Communicator } from '../communicator.js';

/** Counts are C integers; a message is cut into these. */
const LARGEST_MESSAGE = 1 << 28;
/** Numbers that are summed at a time: all ranks' stand beside each other. */
const SUMMED_AT_ONCE = 1 << 20;
const LIBRARIES = platform() === 'darwin' ? ['libmpi.40.dylib', 'libmpi.dylib'] : ['libmpi.so.40', 'libmpi.so'];

type Call = (...args: unknown[]) => number;

interface Library {
  func(declaration: string): Call;
  symbol(name: string, type: string): unknown;
}

interface Koffi {
  load(path: string, options?: { global?: boolean }): Library;
}

export class MpiCommunicator implements Communicator {
  readonly rank: number;
  readonly size: number;
  private readonly world: unknown;
  private readonly byte: unknown;
  private readonly float: unknown;
  private readonly ignored: unknown = null;
  private readonly calls: Readonly<
    Record<'barrier' | 'broadcast' | 'send' | 'receive' | 'gather' | 'abort' | 'close', Call>
  >;

  private constructor(library: Library) {
    this.world = library.symbol('ompi_mpi_comm_world', 'void *');
    this.byte = library.symbol('ompi_mpi_byte', 'void *');
    this.float = library.symbol('ompi_mpi_float', 'void *');
    this.calls = {
      barrier: library.func('int MPI_Barrier(void *)'),
      broadcast: library.func('int MPI_Bcast(void *, int, void *, int, void *)'),
      send: library.func('int MPI_Send(void *, int, void *, int, int, void *)'),
      receive: library.func('int MPI_Recv(void *, int, void *, int, int, void *, void *)'),
      gather: library.func('int MPI_Allgather(void *, int, void *, void *, int, void *, void *)'),
      abort: library.func('int MPI_Abort(void *, int)'),
      close: library.func('int MPI_Finalize()'),
    };
    checked(library.func('int MPI_Init(void *, void *)')(null, null), 'MPI_Init');
    this.rank = this.ask(library.func('int MPI_Comm_rank(void *, _Out_ int *)'));
    this.size = this.ask(library.func('int MPI_Comm_size(void *, _Out_ int *)'));
  }

  /**
   * Joins the processes that mpirun has started; without mpirun it is one by itself.
   * @throws MedgraftError `engine.mpi` when koffi or Open MPI is not there
   */
  static open(): MpiCommunicator {
    return new MpiCommunicator(loadLibrary());
  }

  barrier(): void {
    checked(this.calls.barrier(this.world), 'MPI_Barrier');
  }

  broadcast(bytes: Uint8Array, root: number): void {
    assertRank(root, this.size);
    for (const part of messages(bytes)) {
      checked(this.calls.broadcast(part, part.length, this.byte, root, this.world), 'MPI_Bcast');
    }
  }

  send(bytes: Uint8Array, to: number): void {
    assertRank(to, this.size);
    for (const part of messages(bytes)) {
      checked(this.calls.send(part, part.length, this.byte, to, 0, this.world), 'MPI_Send');
    }
  }

  receive(bytes: Uint8Array, from: number): void {
    assertRank(from, this.size);
    for (const part of messages(bytes)) {
      checked(this.calls.receive(part, part.length, this.byte, from, 0, this.world, this.ignored), 'MPI_Recv');
    }
  }

  /** MPI_Allreduce may add up in any order. */
  sum(values: Float32Array): void {
    const { size } = this;
    const gathered = new Float32Array(Math.min(values.length, SUMMED_AT_ONCE) * size);
    for (let from = 0; from < values.length; from += SUMMED_AT_ONCE) {
      const part = values.subarray(from, from + SUMMED_AT_ONCE);
      const n = part.length;
      const code = this.calls.gather(bytesOf(part), n, this.float, bytesOf(gathered), n, this.float, this.world);
      checked(code, 'MPI_Allgather');
      for (let i = 0; i < n; i++) {
        let total = gathered[i];
        for (let rank = 1; rank < size; rank++) total = Math.fround(total + gathered[rank * n + i]);
        part[i] = total;
      }
    }
  }

  abort(code: number): void {
    this.calls.abort(this.world, code);
  }

  close(): void {
    checked(this.calls.close(), 'MPI_Finalize');
  }

  private ask(call: Call): number {
    const answer = [0];
    checked(call(this.world, answer), 'MPI_Comm');
    return answer[0];
  }
}

function loadLibrary(): Library {
  const koffi = loadKoffi();
  let cause: unknown;
  for (const name of LIBRARIES) {
    try {
      // Open MPI's own plug-ins look for its symbols among the global ones.
      return koffi.load(name, { global: true });
    } catch (error) {
      cause = error;
    }
  }
  throw new MedgraftError('environment', 'engine.mpi', 'there is no Open MPI on this machine', {
    place: LIBRARIES.join(', '),
    hint: 'on Debian and Ubuntu: apt-get install openmpi-bin',
    cause,
  });
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw new MedgraftError('environment', 'engine.mpi', 'the package that calls shared libraries is not installed', {
      place: 'koffi',
      hint: 'it is an optional dependency: npm install without --omit=optional',
      cause,
    });
  }
}

function* messages(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += LARGEST_MESSAGE) yield bytes.subarray(from, from + LARGEST_MESSAGE);
}

/** MPI ends all processes on its own errors; this is for the rest. */
function checked(code: number, call: string): void {
  if (code === 0) return;
  throw new MedgraftError('environment', 'engine.mpi', `${call} failed`, { got: `code ${code}` });
}
