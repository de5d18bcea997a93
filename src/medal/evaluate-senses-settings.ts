import { SameSetting, Setting } from '../settings/setting.js';
import { TrainSettings } from './train-settings.js';

/** Settings of `medal.evaluate`. */
export class EvaluateSensesSettings {
  @SameSetting(TrainSettings, 'samples')
  samples!: string;

  @SameSetting(TrainSettings, 'model')
  model = 'lstm';

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'A run of medal.train, or a .pt or .tar of the reference, which reads the table of the sample set. Not set: the newest run of this model on this sample set.',
  })
  path?: string;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning: 'fastText vectors (.bin or .vec) that an LSTM of the reference reads.',
  })
  vectors?: string;

  @Setting({ type: 'string', choices: ['test', 'valid', 'train'], meaning: 'The split that is judged.' })
  split = 'test';

  @Setting({ type: 'integer', minimum: 0, maximum: 100_000_000, meaning: 'Places that are judged, about; 0: all.' })
  places = 0;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Texts, or windows of long ones, a batch.' })
  batchsize = 32;

  @SameSetting(TrainSettings, 'engine')
  engine = 'onnx';
}
