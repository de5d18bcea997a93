/**
 * A TCP proxy between driver and server that breaks a share of the exchanges, drawn from a seed. An exchange is what the
 * client sends until the server answers. A broken one is reset before the server sees it, or after the server has done it
 * and before the client hears so; a commit is always broken in the second way. Connections are let come about: the first
 * exchanges are the handshake and the log-in.
 */
import { connect, createServer, type Socket } from 'node:net';
import { CounterRandom } from '../../src/base/random.js';

export interface FaultProxy {
  readonly port: number;
  /** Exchanges after log-in. */
  exchanges: number;
  lostRequests: number;
  lostAnswers: number;
  /** Among the lost answers. */
  lostCommits: number;
  close(): Promise<void>;
}

export interface FaultOptions {
  /** Of the server, on this machine. */
  target: number;
  /** Share of exchanges that break. */
  share: number;
  seed?: number;
}

/** Handshake, HELLO, LOGON: some are sent together. */
const CONNECTING = 2;
/** The message COMMIT in its chunk, and the chunk's end. */
const COMMIT = Buffer.from([0x00, 0x02, 0xb0, 0x12, 0x00, 0x00]);

export async function startFaultProxy({ target, share, seed = 1 }: FaultOptions): Promise<FaultProxy> {
  const random = new CounterRandom(seed, 'test.fault-proxy');
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    relay(client, upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy: FaultProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    exchanges: 0,
    lostRequests: 0,
    lostAnswers: 0,
    lostCommits: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;

  function relay(client: Socket, upstream: Socket): void {
    let exchange = 0;
    let answered = true;
    let losesAnswer = false;
    const reset = () => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    client.on('data', (chunk) => {
      if (answered && exchange++ >= CONNECTING) {
        const breaks = random.uniform(0, proxy.exchanges++) < share;
        const isCommit = chunk.includes(COMMIT);
        if (breaks && (isCommit || random.uniform(1, proxy.exchanges) < 0.5)) {
          losesAnswer = true;
          proxy.lostAnswers++;
          if (isCommit) proxy.lostCommits++;
        } else if (breaks) {
          proxy.lostRequests++;
          return reset();
        }
      }
      answered = false;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      answered = true;
      if (losesAnswer) return reset();
      client.write(chunk);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }
}
