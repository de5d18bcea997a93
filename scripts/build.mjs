// Builds dist/: WebAssembly kernels from AssemblyScript, then the TypeScript sources. Prints nothing when all is well.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const assembly = join(root, 'src/engine/kernels/assembly');
const kernelsOut = join(root, 'dist/engine/kernels');
/** Kernels whose memory several threads share. */
const SHARED_MEMORY = new Set(['embedding.ts', 'rank-sweep.ts']);
const onlyKernels = process.argv.includes('--kernels');

buildKernels();
if (!onlyKernels) {
  node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  chmodSync(join(root, 'dist/cli.js'), 0o755);
}

/** Each `assembly/<name>.ts` becomes `dist/engine/kernels/<name>.wasm`, over a memory that the caller imports. */
function buildKernels() {
  if (!existsSync(assembly)) return;
  mkdirSync(kernelsOut, { recursive: true });
  for (const file of readdirSync(assembly).filter((f) => f.endsWith('.ts') && !f.startsWith('_'))) {
    const source = join(assembly, file);
    const target = join(kernelsOut, file.replace(/\.ts$/, '.wasm'));
    if (existsSync(target) && statSync(target).mtimeMs > newestSource()) continue;
    const flags = [
      '-O3',
      '--runtime',
      'stub',
      '--importMemory',
      '--noAssert',
      '--enable',
      'simd',
      '--initialMemory',
      '1',
      '--maximumMemory',
      '65536',
      ...(SHARED_MEMORY.has(file) ? ['--sharedMemory', '--enable', 'threads'] : []),
    ];
    node('node_modules/assemblyscript/bin/asc.js', source, '-o', target, ...flags);
  }
}

function newestSource() {
  return Math.max(...readdirSync(assembly).map((f) => statSync(join(assembly, f)).mtimeMs));
}

function node(...args) {
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}
