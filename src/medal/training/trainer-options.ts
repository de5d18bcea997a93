import type { TrainerOptions } from '../../nn/trainer.js';
import type { TrainSettings } from '../train-settings.js';

/** PyTorch's ReduceLROnPlateau as run.py sets it. */
const PLATEAU = { factor: 0.2, patience: 8 };

type Settings = Pick<
  TrainSettings,
  'lr' | 'useScheduler' | 'warmup' | 'weightDecay' | 'clip' | 'patience' | 'seed' | 'accumNum' | 'epochs' | 'saveEvery'
> & { readonly evalEvery?: number };

/** What the trainer is told by settings of the reference's names; an evaluation at least each epoch. */
export function trainerOptions(settings: Settings, batchesPerEpoch: number): TrainerOptions {
  const { lr, useScheduler, warmup, weightDecay, clip, patience, seed, accumNum, epochs, saveEvery } = settings;
  const epoch = Math.max(1, Math.ceil(batchesPerEpoch / accumNum));
  return {
    steps: epochs * epoch,
    learningRate: lr,
    schedule: useScheduler ? 'plateau' : warmup > 0 ? 'linear' : 'constant',
    plateau: PLATEAU,
    warmup,
    weightDecay,
    accumulation: accumNum,
    clipNorm: clip,
    evaluateEvery: Math.min(settings.evalEvery ?? epoch, epoch),
    saveEvery: saveEvery * epoch,
    patience,
    seed,
  };
}
