/**
 * What MedGraft needs on a machine, one check each: it returns what was found or throws with what is wrong. The optional
 * ones are only used by benches or for speed.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Environment } from '../settings/environment.js';
import { neo4jSettings } from '../settings/neo4j-settings.js';
import { tinyProductModel } from './tiny-product.js';

export interface Check {
  readonly name: string;
  /** One sentence: what to do when it fails. */
  readonly fix: string;
  readonly optional?: boolean;
  examine(environment: Environment): string | Promise<string>;
}

const GIB = 2 ** 30;
const LEAST_DISK_GIB = 1;
const LEAST_MEMORY_GIB = 2;
const KERNEL_SOURCES = fileURLToPath(new URL('../engine/kernels/assembly/', import.meta.url));
const KERNELS = fileURLToPath(new URL('../../dist/engine/kernels/', import.meta.url));

export const CHECKS: readonly Check[] = [
  { name: 'Node.js', fix: 'install Node 20.19 or newer', examine: nodeVersion },
  {
    name: 'onnxruntime-node',
    fix: 'npm ci (the platform may lack a prebuilt binary: use --engine wasm)',
    examine: onnxProduct,
  },
  { name: 'libsql', fix: 'npm ci (the platform may lack a prebuilt binary)', examine: openDatabase },
  { name: 'jieba-wasm', fix: 'npm ci', examine: cutSentence },
  { name: 'kernels', fix: 'npm run build', examine: builtKernels },
  { name: 'workspace', fix: 'choose a writable folder with --home or MEDGRAFT_HOME', examine: writableWorkspace },
  {
    name: 'disk',
    fix: `free space, or put the workspace on another disk (${LEAST_DISK_GIB} GiB at least)`,
    examine: freeDisk,
  },
  { name: 'memory', fix: `close other programs (${LEAST_MEMORY_GIB} GiB at least)`, examine: memory },
  { name: 'threads', fix: 'set MEDGRAFT_THREADS to the number of processors', examine: threads },
  {
    name: 'Neo4j',
    fix: 'set MEDGRAFT_NEO4J_URI, _USER and _PASSWORD where graphs shall be copied to a server',
    optional: true,
    examine: neo4jServer,
  },
  {
    name: 'bench peers',
    fix: 'set MEDGRAFT_BENCH_PYTHON to a Python with numpy, scipy, torch, tokenizers and ahocorasick_rs',
    optional: true,
    examine: benchPeers,
  },
];

function nodeVersion(): string {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return process.versions.node;
  throw new Error(`version ${process.versions.node} is too old`);
}

async function onnxProduct(): Promise<string> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(tinyProductModel(), { intraOpNumThreads: 1 });
  const matrix = new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]);
  const { y } = await session.run({ a: matrix, b: matrix });
  const values = [...(y.data as Float32Array)].join(' ');
  if (values !== '7 10 15 22') throw new Error(`it loads, but multiplies wrongly: ${values}`);
  return 'loads and multiplies';
}

async function openDatabase(): Promise<string> {
  const { default: Database } = await import('libsql');
  const database = new Database(':memory:');
  try {
    const row = database.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    return `opens, SQLite ${row.version}`;
  } finally {
    database.close();
  }
}

async function cutSentence(): Promise<string> {
  const { cut } = await import('jieba-wasm');
  return `loads and cuts: ${cut('高血压患者', true).join(' / ')}`;
}

function builtKernels(): string {
  const sources = existsSync(KERNEL_SOURCES) ? readdirSync(KERNEL_SOURCES) : [];
  const wanted = sources.filter((file) => file.endsWith('.ts') && !file.startsWith('_'));
  const built = existsSync(KERNELS) ? readdirSync(KERNELS).filter((file) => file.endsWith('.wasm')) : [];
  const missing = wanted.map((file) => file.replace(/\.ts$/, '.wasm')).filter((file) => !built.includes(file));
  if (missing.length > 0) throw new Error(`not built: ${missing.join(', ')}`);
  if (built.length === 0) throw new Error('none built');
  return `${built.length} built`;
}

async function writableWorkspace({ home }: Environment): Promise<string> {
  await mkdir(home, { recursive: true });
  const probe = join(home, `.doctor-${process.pid}`);
  await writeFile(probe, 'x');
  await rm(probe);
  return home;
}

async function freeDisk({ home }: Environment): Promise<string> {
  const { bavail, bsize } = await statfs(home);
  const free = (bavail * bsize) / GIB;
  if (free < LEAST_DISK_GIB) throw new Error(`${free.toFixed(1)} GiB free`);
  return `${free.toFixed(1)} GiB free`;
}

function memory(): string {
  const found = `${(freemem() / GIB).toFixed(1)} of ${(totalmem() / GIB).toFixed(1)} GiB free`;
  if (totalmem() < LEAST_MEMORY_GIB * GIB) throw new Error(found);
  return found;
}

function threads({ threads: chosen }: Environment): string {
  const processors = availableParallelism();
  if (chosen !== undefined && chosen > processors) throw new Error(`${chosen} chosen, ${processors} processors`);
  return chosen === undefined ? `${processors} (all)` : `${chosen} of ${processors}`;
}

async function neo4jServer(environment: Environment): Promise<string> {
  const { connectNeo4j } = await import('../graph/store/neo4j/neo4j-connection.js');
  const connection = await connectNeo4j({ ...neo4jSettings(environment), retryTime: 0 });
  await connection.close();
  return `${connection.place} answers`;
}

async function benchPeers({ benchPython }: Environment): Promise<string> {
  if (benchPython === undefined) throw new Error('MEDGRAFT_BENCH_PYTHON is not set');
  const program = 'import numpy, scipy, torch, tokenizers, ahocorasick_rs; print("torch", torch.__version__)';
  const { stdout } = await promisify(execFile)(benchPython, ['-c', program]);
  return stdout.trim();
}
