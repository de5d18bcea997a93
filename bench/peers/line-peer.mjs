// A peer program that answers one line for each line it is sent.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** @param {string} python @param {string} program a file beside this one @param {object} settings its first line */
export function startLinePeer(python, program, settings) {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(python, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ended`);
      return value;
    },
    stop: () => child.stdin.end(),
  };
}
