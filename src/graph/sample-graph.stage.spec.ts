import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Graphology from 'graphology';
import gexf from 'graphology-gexf';
import graphml from 'graphology-graphml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { writeFile } from '../formats/byte-sink.js';
import { writeNpy } from '../formats/npy.js';
import type { Artefact } from '../runs/artefact.js';
import type { StageEvent, StageFigures } from '../runs/stage.js';
import { buildSnapshot } from './build-snapshot.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { RANKS_FILE } from './load-ranks.js';
import { SampleGraphSettings, sampleGraph } from './sample-graph.stage.js';
import type { SampleEdge, SampleNode } from './sample-subgraph.js';
import { writeSnapshot } from './snapshot-file.js';

const { snapshot, ranks } = drawGraph({ entities: 120, triples: 500, seed: 5 });
let root: string;
let folders = 0;
const freshFolder = async () => {
  const path = join(root, String(folders++));
  await mkdir(path);
  return path;
};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'medgraft-sample-'));
});
afterAll(() => rm(root, { recursive: true }));

interface Sample {
  figures: StageFigures;
  events: StageEvent[];
  files: Record<'json' | 'gexf' | 'graphml', string>;
  graph: Graphology.MultiDirectedGraph<SampleNode, SampleEdge>;
}

async function sample(
  values: Partial<SampleGraphSettings>,
  of: GraphSnapshot = snapshot,
  ranked?: Float64Array,
): Promise<Sample> {
  const graphFolder = await freshFolder();
  await writeSnapshot(graphFolder, of);
  const inputs: Record<string, Artefact> = { graph: { folder: graphFolder } as Artefact };
  if (ranked !== undefined) {
    inputs['ranks'] = { folder: await freshFolder() } as Artefact;
    await writeFile(join(inputs['ranks'].folder, RANKS_FILE), (sink) => writeNpy(sink, [ranked.length], ranked));
  }
  const folder = await freshFolder();
  const settings = Object.assign(new SampleGraphSettings(), { kg: 'test', ...values });
  const signal = new AbortController().signal;
  const running = sampleGraph.run(settings, inputs, { folder, home: root, threads: 1, signal, scratch: freshFolder });
  const events: StageEvent[] = [];
  for (;;) {
    const { done, value } = await running.next();
    if (!done) {
      events.push(value);
      continue;
    }
    const read = (kind: string) => readFile(join(folder, `graph.${kind}`), 'utf8');
    const files = { json: await read('json'), gexf: await read('gexf'), graphml: await read('graphml') };
    const graph = new Graphology.MultiDirectedGraph<SampleNode, SampleEdge>();
    return { figures: value, events, files, graph: graph.import(JSON.parse(files.json)) };
  }
}

describe('kg.sample', () => {
  it('holds the entities and all edges among them, measured', async () => {
    const { figures, events, graph } = await sample({ method: 'rank', nodes: 40 }, snapshot, ranks);
    expect(graph.order).toBe(40);
    let among = 0;
    for (let head = 0; head < 120; head++) {
      for (let i = snapshot.outgoing.offsets[head]; i < snapshot.outgoing.offsets[head + 1]; i++) {
        if (graph.hasNode(head) && graph.hasNode(snapshot.outgoing.entities[i])) among++;
      }
    }
    expect([graph.size, figures['edges'], figures['edgesLeftOut']]).toEqual([among, among, 0]);
    expect(figures['pagerankDistance']).toBeLessThan(1e-9);
    expect(events.filter(({ kind }) => kind === 'warning')).toEqual([]);
    const sum = graph.reduceNodes((total, _, { pagerank }) => total + pagerank!, 0);
    expect(sum).toBeCloseTo(1, 9);
    graph.forEachNode((node, attributes) => {
      expect(attributes).toMatchObject({ name: snapshot.entityNames.at(Number(node)), rank: ranks[Number(node)] });
      expect(attributes.inDegree).toBe(graph.inDegree(node));
      expect(attributes.betweenness).toBeGreaterThanOrEqual(0);
    });
  });

  it('finds the two communities and the bridge between them', async () => {
    const clique = (prefix: string) =>
      [0, 1, 2, 3, 4].flatMap((a) =>
        [0, 1, 2, 3, 4].filter((b) => b > a).map((b) => [`${prefix}${a}`, `${prefix}${b}`]),
      );
    const edges = [...clique('a'), ...clique('b'), ['a0', 'bridge'], ['bridge', 'b0']];
    const keys = [...new Set(edges.flat())];
    const two = buildSnapshot(
      keys.map((key) => ({ key, name: key, types: [], aliases: [] })),
      edges.map(([head, tail]) => ({ head, relation: 'r', tail })),
    );
    const { figures, graph } = await sample({ method: 'random', nodes: 100 }, two);
    const of = (key: string) => graph.findNode((_, attributes) => attributes.key === key)!;
    const communityOf = (key: string) => graph.getNodeAttribute(of(key), 'community');
    expect(figures['communities']).toBe(2);
    expect(figures['modularity']).toBeGreaterThan(0.3);
    for (const i of [1, 2, 3, 4]) {
      expect([communityOf(`a${i}`), communityOf(`b${i}`)]).toEqual([communityOf('a0'), communityOf('b0')]);
    }
    expect(communityOf('a0')).not.toBe(communityOf('b0'));
    // All 5 * 5 pairs of the cliques pass the bridge, of (11 - 1) (11 - 2) / 2 pairs of others.
    expect(graph.getNodeAttribute(of('bridge'), 'betweenness')).toBeCloseTo(25 / 45, 12);
  });

  it('gives the same files for the same seed, others for another', async () => {
    const [one, again, other] = [
      await sample({ nodes: 50 }),
      await sample({ nodes: 50 }),
      await sample({ nodes: 50, seed: 2 }),
    ];
    expect(again.files).toEqual(one.files);
    expect(other.files.json).not.toBe(one.files.json);
  });

  it('keeps to its budgets and says what it left out', async () => {
    const all = await sample({ method: 'random', nodes: 120, betweenness: false });
    const { figures, graph } = await sample({ method: 'random', nodes: 120, edges: 100, betweenness: false });
    expect([graph.size, figures['edgesLeftOut']]).toEqual([100, all.graph.size - 100]);
    expect(graph.someNode((_, { betweenness }) => betweenness !== undefined)).toBe(false);
  });

  it('takes entities by key or name, and refuses what is not there', async () => {
    const { graph } = await sample({ method: 'ego', entities: ['名3'], hops: 1 });
    expect(graph.hasNode(snapshot.entityNames.idOf('名3')!)).toBe(true);
    await expect(sample({ method: 'ego', entities: ['nobody'] })).rejects.toMatchObject({
      code: 'graph.entity-unknown',
    });
    await expect(sample({ method: 'ego' })).rejects.toMatchObject({ code: 'graph.sample' });
    await expect(sample({ method: 'rank' })).rejects.toMatchObject({ code: 'artefact.missing' });
  });

  it.each(['empty', 'without edges'])('takes a graph that is %s', async (kind) => {
    const entities = kind === 'empty' ? [] : [{ key: 'a', name: 'a', types: [], aliases: [] }];
    const { figures, files } = await sample({}, buildSnapshot(entities, []));
    expect(figures).toMatchObject({ nodes: entities.length, edges: 0, pagerankDistance: 0 });
    expect(graphml.parse(Graphology.MultiGraph, files.graphml).order).toBe(entities.length);
  });
});

describe('names', () => {
  const names = [
    '__proto__',
    '=HYPERLINK("x")',
    '+1',
    '@a',
    'constructor',
    '<i>&</i>',
    '\u0000\u0008',
    '\ud800!',
    '行\n\t尾',
    '𠀀',
  ];
  const odd = buildSnapshot(
    names.map((name) => ({ key: name, name, types: ['__proto__'], aliases: ['\u0001|'] })),
    names.map((name, i) => ({ head: name, relation: '\u000b__proto__', tail: names[(i + 1) % names.length] })),
  );
  /** Names are kept as UTF-8, which has no lone surrogates. */
  const kept = names.map((name) => name.replace('\ud800', '\ufffd'));
  const inXml = kept.map((name) => name.replace('\u0000\u0008', '\ufffd\ufffd'));

  it('stay data in every file, and XML holds nothing that it may not', async () => {
    const { files, graph } = await sample({ method: 'random', nodes: 100 }, odd);
    expect(graph.mapNodes((_, { name }) => name).sort()).toEqual(kept.sort());
    for (const text of [files.gexf, files.graphml]) {
      expect(text).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    }
    const fromGraphml = graphml.parse(Graphology.MultiGraph, files.graphml);
    expect(fromGraphml.mapNodes((_, { name }) => name).sort()).toEqual(inXml.sort());
    const fromGexf = gexf.parse(Graphology.MultiGraph, files.gexf);
    expect(fromGexf.mapNodes((_, { label }) => label).sort()).toEqual(inXml.sort());
    for (const parsed of [fromGraphml, fromGexf]) {
      expect(parsed.size).toBe(names.length);
      expect(new Set(parsed.mapEdges((_, { relation }) => relation))).toEqual(new Set(['\ufffd__proto__']));
    }
  });
});
