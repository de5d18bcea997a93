/**
 * The process in which trained models are asked. A model blocks its thread while it computes, so that the service would not
 * answer anything else meanwhile; here it stays loaded for the next question, and the process ends when it has been idle. One
 * question is worked on at a time; a few may wait.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MedgraftError } from '../base/errors.js';
import { errorOf, type FromModelWorker, type ToModelWorker } from './model-messages.js';

const WORKER = fileURLToPath(new URL('../../dist/model-worker.js', import.meta.url));
const WAITING = 16;
const IDLE_MILLISECONDS = 5 * 60_000;

interface Pending {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

export class ModelProcess {
  private child: ChildProcess | undefined;
  private readonly pending = new Map<number, Pending>();
  private idle: NodeJS.Timeout | undefined;
  private asked = 0;

  /** @param threads of numeric engines; undefined: all processors */
  constructor(
    private readonly home: string,
    private readonly threads: number | undefined,
    private readonly idleMilliseconds = IDLE_MILLISECONDS,
  ) {}

  /** The process that answers, while there is one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * @param question by its name among those of model-worker.ts
   * @throws MedgraftError `model.busy`, `model.died`, and what the question throws
   */
  ask(question: ToModelWorker['question'], name: string, values: object): Promise<unknown> {
    if (this.pending.size >= WAITING) throw busy();
    clearTimeout(this.idle);
    const id = this.asked++;
    const child = (this.child ??= this.start());
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      const message: ToModelWorker = { id, home: this.home, threads: this.threads, question, name, values };
      child.send(message, (error) => error && this.settle(id, (pending) => pending.reject(died(error.message))));
    });
  }

  /** Nest calls it when the service stops. */
  onModuleDestroy(): void {
    clearTimeout(this.idle);
    this.child?.kill('SIGKILL');
  }

  private start(): ChildProcess {
    const child = fork(WORKER, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
    child.on('message', (message: FromModelWorker) =>
      this.settle(message.id, (pending) =>
        message.error ? pending.reject(errorOf(message.error)) : pending.resolve(message.answer),
      ),
    );
    const end = (why: string) => {
      if (this.child !== child) return;
      this.child = undefined;
      for (const id of [...this.pending.keys()]) this.settle(id, (pending) => pending.reject(died(why)));
      clearTimeout(this.idle);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(`it ended with ${signal ?? code}`));
    return child;
  }

  private settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (pending) how(pending);
    if (this.pending.size > 0 || this.child === undefined) return;
    const { child } = this;
    clearTimeout(this.idle);
    // What is asked after this starts another; the one that was idle is not waited for.
    this.idle = setTimeout(() => {
      if (this.child === child) this.child = undefined;
      child.kill('SIGKILL');
    }, this.idleMilliseconds);
    this.idle.unref();
  }
}

function busy(): MedgraftError {
  return new MedgraftError('environment', 'model.busy', 'too many questions wait for the models', {
    expected: `at most ${WAITING} at a time`,
    hint: 'ask again in a moment',
  });
}

function died(got: string): MedgraftError {
  return new MedgraftError('environment', 'model.died', 'the process that asks the model ended', {
    got,
    hint: 'ask again; a model that is too large for the memory of this machine ends it each time',
  });
}
