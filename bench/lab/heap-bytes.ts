/** Of this isolate after what is garbage is gone; with TEMPORAL_DEBUG the workflows are in it. */
export function heapBytes(): number {
  for (let times = 0; times < 4; times++) global.gc?.();
  return process.memoryUsage().heapUsed;
}
