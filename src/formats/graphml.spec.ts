import Graphology from 'graphology';
import graphmlModule from 'graphology-graphml';
import { describe, expect, it } from 'vitest';
import { MemorySink } from './byte-sink.js';
import { writeGraphml } from './graphml.js';
import { xmlCharacters, xmlText } from './xml-text.js';

describe('xmlText', () => {
  it('escapes markup and line ends, and replaces what XML cannot hold', () => {
    expect(xmlText('a<b>&"\t\n\r')).toBe('a&lt;b&gt;&amp;&quot;&#9;&#10;&#13;');
    expect(xmlText('\u0000\u0001\u000b\u001f\ufffe\uffff')).toBe('\ufffd'.repeat(6));
    expect(xmlText('x\ud800y\udc00z\ud83d\ude00')).toBe('x\ufffdy\ufffdz\ud83d\ude00');
    expect(xmlCharacters('<\u0008>感冒𠀀\u0085')).toBe('<\ufffd>感冒𠀀\u0085');
  });

  it('leaves nothing forbidden of any code unit', () => {
    for (let unit = 0; unit < 0x10000; unit++) {
      const [kept] = xmlCharacters(String.fromCharCode(unit));
      const allowed =
        unit === 9 || unit === 10 || unit === 13 || (unit >= 0x20 && unit < 0xd800) || (unit > 0xdfff && unit < 0xfffe);
      expect(kept.charCodeAt(0)).toBe(allowed ? unit : 0xfffd);
    }
  });
});

describe('writeGraphml', () => {
  it('is read back by graphology-graphml', async () => {
    const sink = new MemorySink();
    const names = ['__proto__', '=1+1', '<b a="x">&amp;</b>', '行\n尾'];
    await writeGraphml(sink, {
      nodeKeys: { name: 'string', degree: 'int', rank: 'double' },
      edgeKeys: { relation: 'string', sure: 'boolean' },
      nodes: names.map((name, i) => ({
        id: `n"${i}`,
        attributes: { name, degree: i, rank: i === 0 ? undefined : i / 4 },
      })),
      edges: [{ source: 'n"0', target: 'n"3', attributes: { relation: '__proto__', sure: true } }],
    });
    const graph = graphmlModule.parse(Graphology.MultiGraph, new TextDecoder().decode(sink.bytes()));
    expect(graph.mapNodes((id, attributes) => [id, attributes])).toEqual(
      names.map((name, i) => [`n"${i}`, { name, degree: i, ...(i === 0 ? {} : { rank: i / 4 }) }]),
    );
    expect(graph.mapEdges((_, attributes, source, target) => [source, target, attributes])).toEqual([
      ['n"0', 'n"3', { relation: '__proto__', sure: true }],
    ]);
  });
});
