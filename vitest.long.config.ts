import { mergeConfig } from 'vitest/config';
import everyday from './vitest.config.js';

// What takes minutes: kills at random moments, large hubs, long loads. `npm run test:long`.
const config = mergeConfig(everyday, {});
config.test = { ...config.test, include: ['test/long/**/*.spec.ts'], exclude: [], testTimeout: 1_200_000 };

export default config;
