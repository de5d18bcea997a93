/**
 * Ctrl-C, and SIGTERM alike: the first asks the work to stop at its next safe point, the second ends the process.
 */
export interface Interrupt {
  readonly signal: AbortSignal;
  dispose(): void;
}

const INTERRUPTED = 130;

/** @param onFirst called once, when the first signal came */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
    onFirst();
  };
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
