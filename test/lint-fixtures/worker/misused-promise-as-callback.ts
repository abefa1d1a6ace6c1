// fails: typescript(no-misused-promises)
declare function drain(): Promise<void>;

export function listen(signal: AbortSignal): void {
  signal.addEventListener('abort', async () => {
    await drain();
  });
}
