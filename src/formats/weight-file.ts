/** Weights by name, whatever file they lie in; a tensor is read when it is asked for. */
export interface WeightFile {
  /** Names the file, or the folder of shards, in error messages. */
  readonly place: string;
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>;
  /**
   * A floating-point tensor as float32, row-major.
   * @param into as long as the tensor; allocated when left out
   * @throws MedgraftError `formats.tensor-missing`, `formats.tensor-type`, `formats.tensor-shape`, and of the format
   */
  float32(name: string, into?: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}
