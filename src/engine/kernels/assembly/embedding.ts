// Kernels of graph embedding over one imported memory; all addresses are byte offsets, all matrices row-major f32.
// The TypeScript twin is ../embedding-reference.ts.
export { product, productScratch } from './_embedding-products';
export {
  cityBlock,
  cityBlockBackward,
  distanceWeights,
  negateDistances,
  pairBackward,
  pairScores,
  squaredNorms,
  subtractScaledRows,
} from './_embedding-distances';
export { crossEntropyLoss, marginLoss } from './_embedding-losses';
export { adagrad, adam, addScaled, coalesce, gather, normalise } from './_embedding-rows';
