import { engineSuite } from './engine.suite.js';

engineSuite('cpu');
engineSuite('wasm');
engineSuite('onnx');
