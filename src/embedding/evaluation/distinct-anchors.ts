/**
 * How many different entities each relation has at one side: by sorted keys, which take eight bytes a triple; a set takes five
 * times that, and no more than 2^24 of them.
 */
export function distinctAnchors(entities: Int32Array, relations: Int32Array, relationCount: number): Float64Array {
  const keys = new Float64Array(entities.length);
  for (let at = 0; at < keys.length; at++) keys[at] = entities[at] * relationCount + relations[at];
  keys.sort();
  const counts = new Float64Array(relationCount);
  for (let at = 0; at < keys.length; at++) {
    if (at === 0 || keys[at] !== keys[at - 1]) counts[keys[at] % relationCount]++;
  }
  return counts;
}
