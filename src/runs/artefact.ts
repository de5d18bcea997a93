/** What a finished stage leaves: a folder with its files and `manifest.json`. */
export interface Artefact {
  readonly stage: string;
  /** SHA-256 (hex, first 16 characters) over stage name and version, effective settings, source files and inputs' hashes. */
  readonly hash: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  stage: string;
  /** The stage that made it, where that is another one. */
  madeBy?: string;
  stageVersion: number;
  hash: string;
  labels: Record<string, string>;
  /** Effective settings, secrets masked. */
  settings: Record<string, unknown>;
  seed?: number;
  /** Role -> hash of the artefact used. */
  inputs: Record<string, string>;
  /** Outside files: path as given, bytes, SHA-256. */
  sources: { path: string; bytes: number; sha256: string }[];
  /** Files of this artefact: relative path, bytes, SHA-256. */
  files: { path: string; bytes: number; sha256: string }[];
  figures: Record<string, number | string | boolean>;
  codeVersion: string;
  node: string;
  createdAt: string;
  seconds: number;
  /** SHA-256 of the rest as it is written (sealed-json.ts). */
  digest?: string;
}
