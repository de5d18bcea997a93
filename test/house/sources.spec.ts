import { describe, expect, it } from 'vitest';
import { codeOf, filesBelow, sources, textOf } from './source-files.js';

const all = sources();

describe('sources', () => {
  it('read the environment in one file', () => {
    expect(all.filter((path) => codeOf(path).includes('process.env'))).toEqual(['src/settings/environment.ts']);
  });

  it('draw no number but from the counter-based generator', () => {
    expect(all.filter((path) => /Math\.random|getRandomValues|randomBytes|randomInt/.test(codeOf(path)))).toEqual([]);
  });

  it('write no console lines and keep no list of exports', () => {
    expect(all.filter((path) => /\bconsole\./.test(codeOf(path)))).toEqual([]);
    expect(all.filter((path) => path.endsWith('/index.ts'))).toEqual([]);
  });

  it('name their exports', () => {
    expect(all.filter((path) => /^export default/m.test(codeOf(path)))).toEqual([]);
  });

  it('begin with what they are, from twenty lines on', () => {
    const silent = all.filter((path) => {
      const text = textOf(path);
      return text.split('\n').length > 20 && !/^\/\*\*/m.test(text);
    });
    expect(silent).toEqual([]);
  });

  it('fit a page or a few', () => {
    expect(all.filter((path) => textOf(path).split('\n').length > 301)).toEqual([]);
  });

  it('hold no path of a machine', () => {
    const files = [
      ...all,
      ...filesBelow('bench', '.mjs'),
      ...filesBelow('test', '.ts'),
      ...filesBelow('scripts', '.mjs'),
    ];
    expect(files.filter((path) => /["'`]\/(work|tmp|home|Users)\//.test(textOf(path)))).toEqual([]);
  });
});

describe('specs', () => {
  it('wait for no clock', () => {
    const specs = [...filesBelow('src', '.spec.ts'), ...filesBelow('test', '.spec.ts')];
    expect(specs.filter((path) => /\.(only|todo)\(/.test(codeOf(path)))).toEqual([]);
  });
});

describe('errors', () => {
  it('have codes room.problem', () => {
    const odd: string[] = [];
    for (const path of all) {
      for (const [, code] of textOf(path).matchAll(/new MedgraftError\(\s*'[a-z]+',\s*'([^']*)'/g)) {
        if (!/^[a-z]+\.[a-z0-9-]+$/.test(code)) odd.push(`${path}: ${code}`);
      }
    }
    expect(odd).toEqual([]);
  });
});

describe('Cypher statements', () => {
  const statements = filesBelow('cypher', '.cypher');
  it('are each used by a source', () => {
    const texts = all.map(textOf).join('\n');
    expect(statements.filter((path) => !texts.includes(path.slice('cypher/'.length).replace(/\.cypher$/, '')))).toEqual(
      [],
    );
  });
});
