/**
 * Kernels of graph embedding over one imported memory; all addresses are byte offsets, all matrices row-major f32.
 * The TypeScript twin is ../embedding-reference.ts.
 */
export { product, productScratch } from './_embedding-products';
export { cityBlock, cityBlockBackward } from './_embedding-city-block';
export {
  distanceWeights,
  euclideanBackward,
  negateDistances,
  pairBackward,
  pairScores,
  squaredNorms,
  subtractScaledRows,
} from './_embedding-distances';
export {
  addScaledRows,
  complexMultiply,
  multiply,
  pairProducts,
  penalty,
  phaseGradients,
  swapHalves,
  unitComplex,
} from './_embedding-complex';
export { logSigmoidLoss } from './_embedding-log-sigmoid';
export { binaryLoss, crossEntropyLoss, marginLoss, softmaxRows } from './_embedding-losses';
export { modulusBlock, modulusBlockBackward, modulusPairs, modulusPairsBackward } from './_embedding-moduli';
export {
  adagrad,
  adagradDiagonal,
  adam,
  addScaled,
  coalesce,
  descend,
  gather,
  gatherSums,
  normalise,
  sumRows,
} from './_embedding-rows';
export { applyMask, fillMask } from './dropout-mask';
