// Sets the project up once: dependencies when the lock file changed, the build when a source changed. Silent when nothing is to do.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`medgraft needs Node 20.19 or newer, this is ${process.versions.node}.\n`);
  process.exit(1);
}

step('node_modules/.medgraft-setup', ['package-lock.json', 'package.json'], 'installing dependencies', () =>
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']),
);
step('dist/.medgraft-build', ['src', 'tsconfig.build.json', 'tsconfig.json', 'scripts/build.mjs'], 'building', () =>
  run(process.execPath, ['scripts/build.mjs']),
);

/** Runs `action` unless the stamp file holds the digest of `sources`. */
function step(stamp, sources, title, action) {
  const path = join(root, stamp);
  const digest = digestOf(sources);
  if (existsSync(path) && readFileSync(path, 'utf8') === digest) return;
  process.stderr.write(`medgraft: ${title} ...\n`);
  const start = Date.now();
  action();
  writeFileSync(path, digest);
  process.stderr.write(`medgraft: ${title} done in ${((Date.now() - start) / 1000).toFixed(0)} s\n`);
}

function digestOf(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesBelow).sort()) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesBelow(`${path}/${name}`));
}

function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: 'inherit' });
}
