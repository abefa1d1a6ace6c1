import { join } from 'node:path';
import { loadavg } from 'node:os';
import { burst } from './engine/burst';
import { openContenders } from './engine/contenders';
import { heap } from './engine/heap';
import { history } from './engine/history';
import { latency } from './engine/latency';
import { ingest } from './ingest/throughput';
import { type Lab, openLab } from './lab/lab';
import { conditions } from './measure/machine';
import type { Result } from './measure/result';
import { openRecords } from './record/big-record';
import { gate } from './record/gate';
import { routing } from './record/routing';
import { why } from './record/why';
import { rehearsal } from './rehearsal/rehearsal';
import { asMarkdown, type Report, writeReport } from './report';

/** The names that `only` takes. */
export const measures = [
  'latency',
  'burst',
  'ingest',
  'history',
  'routing',
  'heap',
  'gate',
  'why',
  'rehearsal',
] as const;
export type Measure = (typeof measures)[number];

export interface BenchOptions {
  /** Default: all. */
  readonly only?: readonly Measure[];
  /** How often both sides of each comparison are measured. Default 5. */
  readonly rounds?: number;
  /** Short rounds on a small record: shows that it works, measures little. Default false. */
  readonly quick?: boolean;
  /** Gets a line for each thing that is done. */
  readonly say: (line: string) => void;
  /** File that the plans of the gate's statements, and of those of `why`, are appended to. Default: none. */
  readonly plans?: string;
  /** File that the table goes into, between its markers. Default: it is written nowhere. */
  readonly file?: string;
}

/** Where the table of a whole run belongs. */
export const document = join(__dirname, '..', '..', 'docs', 'benchmarks.md');

/** Measures, side by side on servers of its own, and answers the table; nothing is left running. */
export async function runBench(options: BenchOptions): Promise<Report & { readonly markdown: string }> {
  const { only = measures, rounds = 5, quick = false, say } = options;
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError('Rounds should be a whole number from 1.');
  const load = loadavg();
  const { plans } = options;
  const lab = await openLab({ rounds, quick, say, ...(plans !== undefined && { plans }) });
  try {
    const where = { ...conditions(lab.versions), loadBefore: (load[0] ?? 0).toFixed(1) };
    const results = [
      ...(await onTheEngine(lab, only)),
      ...(only.includes('ingest') ? await ingest(lab) : []),
      ...(await onRecords(lab, only)),
      ...(only.includes('why') ? await why(lab) : []),
      ...(only.includes('heap') ? await heap(lab) : []),
      ...(only.includes('rehearsal') ? await rehearsal(lab) : []),
    ];
    const report: Report = { conditions: where, rounds, results };
    if (options.file !== undefined) writeReport(options.file, report);
    return { ...report, markdown: asMarkdown(report) };
  } finally {
    await lab.close();
  }
}

async function onTheEngine(lab: Lab, only: readonly Measure[]): Promise<Result[]> {
  const wanted = (['latency', 'burst', 'history'] as const).filter((name) => only.includes(name));
  if (wanted.length === 0) return [];
  const contenders = await openContenders(lab);
  try {
    const results: Result[] = [];
    for (const name of wanted) results.push(...(await { latency, burst, history }[name](lab, contenders)));
    return results;
  } finally {
    await contenders.close();
  }
}

async function onRecords(lab: Lab, only: readonly Measure[]): Promise<Result[]> {
  const wanted = (['routing', 'gate'] as const).filter((name) => only.includes(name));
  if (wanted.length === 0) return [];
  const records = await openRecords(lab);
  try {
    const results: Result[] = [];
    for (const name of wanted) results.push(...(await { routing, gate }[name](lab, records)));
    return results;
  } finally {
    await records.close();
  }
}
