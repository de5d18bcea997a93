/** Writes checkpoints of 512 KiB without end and reports each step after it is durable; the parent kills it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCheckpoint } from '../../src/runs/checkpoint-folder.js';

const [runFolder, lastStep] = process.argv.slice(2);
for (let step = Number(lastStep) + 1; ; step++) {
  const bytes = new Uint8Array(1 << 18).fill(step);
  await writeCheckpoint(
    runFolder,
    step,
    async (folder) => {
      await writeFile(join(folder, 'model.bin'), bytes);
      await writeFile(join(folder, 'optimizer.bin'), bytes);
    },
    2,
  );
  process.send?.(step);
}
