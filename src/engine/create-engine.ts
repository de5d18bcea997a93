import type { Engine } from './engine.js';

/** The engine by name, loaded only when asked for. `onnx` is the default; see engine.ts for the contract. */
export async function createEngine(name: Engine['name'], threads: number): Promise<Engine> {
  if (name === 'onnx') return (await import('./onnx/onnx-engine.js')).createOnnxEngine(threads);
  return (await import('./eager-engine.js')).createEagerEngine(name);
}
