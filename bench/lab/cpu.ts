import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU that the children of a process have used, in microseconds: those of Postgres, one a connection, that are still
 * there. Undefined where the machine has no /proc to tell it.
 */
export function cpuOfChildren(parent: number): number | undefined {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(readStat)
      .filter((stat) => stat?.parent === parent)
      .reduce((sum, stat) => sum + (stat?.ticks ?? 0) * MICROSECONDS_A_TICK, 0);
  } catch {
    return undefined;
  }
}

/** Linux counts in hundredths of a second. */
const MICROSECONDS_A_TICK = 10_000;

function readStat(pid: string): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; what follows is numbers.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
