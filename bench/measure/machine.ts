import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

export interface Conditions {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly node: string;
  readonly postgres: string;
  readonly temporal: string;
  readonly date: string;
  /** Of the minute before the first round: what else the machine was doing. */
  readonly loadBefore: string;
}

export function conditions(servers: { readonly postgres: string; readonly temporal: string }): Conditions {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.versions.node,
    ...servers,
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    loadBefore: (loadavg()[0] ?? 0).toFixed(1),
  };
}
