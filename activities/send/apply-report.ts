import { afterReport, type StatusReport } from '../../rules/send-status';
import { lockCustomerOfSend } from '../../store/customer-lock';
import { type Database, tx } from '../../store/database';
import { lockSend, writeReport } from '../../store/send-reports';

/**
 * Takes the provider's word for a row that others have meanwhile given another state, as a callback would be taken.
 * Answers whether the row changed.
 */
export async function applyReport(pool: Database, sendId: string, report: StatusReport): Promise<boolean> {
  return tx(pool, async (db) => {
    await lockCustomerOfSend(db, sendId);
    const send = await lockSend(db, sendId);
    const next = send && afterReport(send, report);
    if (!next) return false;
    await writeReport(db, send, next);
    return true;
  });
}
