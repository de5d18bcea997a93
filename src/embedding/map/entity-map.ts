/** Entities in the plane: what `kg.map` writes for pages and draws. */
export interface EntityMap {
  readonly kg: string;
  /** As DGL-KE calls it. */
  readonly model: string;
  readonly method: 'pca' | 'umap';
  /** Entities of the graph, of which `points` may be a part. */
  readonly entities: number;
  /** Share of the vectors' variance in each of the principal components that were used. */
  readonly explained: readonly number[];
  /** By falling number of points. */
  readonly types: readonly { readonly name: string; readonly points: number }[];
  /** By falling rank. */
  readonly points: readonly MapPoint[];
}

export interface MapPoint {
  /** The entity's key. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
  /** PageRank where the graph is ranked, else the number of triples. */
  readonly rank: number;
}

export function typesOf(points: readonly MapPoint[]): EntityMap['types'] {
  const counts = new Map<string, number>();
  for (const { type } of points) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, points: count }))
    .sort((a, b) => b.points - a.points || (a.name < b.name ? -1 : 1));
}
