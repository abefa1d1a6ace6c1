import type { OutboxRow } from '../../store/outbox-delivery';

/** Rows of one enrollment that are delivered by one call: a start with what came behind it, or one signal. */
export interface Unit {
  readonly enrollmentId: string;
  readonly journey: string;
  readonly start: OutboxRow | undefined;
  readonly deliveries: readonly OutboxRow[];
}

/**
 * Groups a customer's rows by enrollment, in the order of each one's first row. No unit grows past `limits`:
 * while a workflow task runs, the server buffers at most 100 events or 2 MB for the run.
 */
export function unitsOf(rows: readonly OutboxRow[], limits: UnitLimits = defaultLimits): Unit[] {
  const units: GrowingUnit[] = [];
  const last = new Map<string, GrowingUnit>();
  for (const row of rows) {
    const current = last.get(row.enrollmentId);
    if (current && row.kind !== 'start' && hasRoom(current, row, limits)) {
      current.deliveries.push(row);
      current.bytes += row.payload.length;
      continue;
    }
    const unit: GrowingUnit = {
      enrollmentId: row.enrollmentId,
      journey: row.journey,
      start: row.kind === 'start' ? row : undefined,
      deliveries: row.kind === 'start' ? [] : [row],
      bytes: row.payload.length,
    };
    units.push(unit);
    last.set(row.enrollmentId, unit);
  }
  return units;
}

export interface UnitLimits {
  readonly rows: number;
  /** Of the payloads together, as text. */
  readonly bytes: number;
}

export const defaultLimits: UnitLimits = { rows: 50, bytes: 500_000 };

export function rowsOf(unit: Unit): readonly OutboxRow[] {
  return unit.start ? [unit.start, ...unit.deliveries] : unit.deliveries;
}

interface GrowingUnit extends Unit {
  readonly deliveries: OutboxRow[];
  bytes: number;
}

function hasRoom(unit: GrowingUnit, row: OutboxRow, limits: UnitLimits): boolean {
  return unit.deliveries.length < limits.rows && unit.bytes + row.payload.length <= limits.bytes;
}
