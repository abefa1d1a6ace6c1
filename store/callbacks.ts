import type { Queryable } from './database';

/** A status callback as it came. */
export interface StatusCallback {
  /** Our id, which the callback carries back; null when it carries none of ours. */
  readonly sendId: string | null;
  readonly providerSid: string;
  readonly status: string;
  readonly errorCode: string | null;
  /** The whole form: the provider adds fields without notice. */
  readonly form: object;
}

/** Keeps a callback and answers true; false for one that was kept before. */
export async function insertCallback(tx: Queryable, callback: StatusCallback): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'callback-insert',
    text: `insert into provider_callbacks (send_id, provider_sid, status, error_code, form, received_at)
           values ($1, $2, $3, coalesce($4, ''), $5, clock_now())
           on conflict (provider_sid, status, error_code) do nothing`,
    values: [
      callback.sendId,
      callback.providerSid,
      callback.status,
      callback.errorCode,
      JSON.stringify(callback.form),
    ],
  });
  return rowCount === 1;
}
