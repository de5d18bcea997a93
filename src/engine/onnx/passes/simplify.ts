import type { Rule } from '../program-graph.js';
import { collapseShapes } from './collapse-shapes.js';
import { foldArithmetic } from './fold-arithmetic.js';
import { foldProducts } from './fold-products.js';
import { foldUniforms } from './fold-uniforms.js';
import { sinkBroadcasts } from './sink-broadcasts.js';

/** All rules, in the order in which they are tried on a new expression. */
const RULES: readonly Rule[] = [foldUniforms, collapseShapes, sinkBroadcasts, foldArithmetic, foldProducts];

export const simplify: Rule = (graph, expression) => {
  for (const rule of RULES) {
    const simpler = rule(graph, expression);
    if (simpler) return simpler;
  }
  return undefined;
};
