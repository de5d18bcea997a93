/** An import that takes a good while: settings of a job whose file lies among the uploads of a workspace. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function longImport(home: string, kg = 'long'): { kg: string; mapping: string; files: string[] } {
  const file = join(home, 'uploads', `${kg}.csv`);
  mkdirSync(join(home, 'uploads'), { recursive: true });
  const rows = Array.from({ length: 250_000 }, (_, i) => `e${i % 50_021},r${i % 7},e${(i * 7919) % 60_013}`);
  writeFileSync(file, `head,relation,tail\n${rows.join('\n')}\n`);
  return { kg, mapping: 'plain-triples', files: [file] };
}
