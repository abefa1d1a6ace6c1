// passes
import { judge } from '../activities/send/judge';
import { applyEvent } from '../ingest/apply-event';
import type { LedgerRow } from '../store/sends';

export const rules = { judge, applyEvent };
export type Row = LedgerRow;
