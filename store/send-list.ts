import type { Queryable } from './database';

export interface SendFilter {
  readonly journey?: string | undefined;
  readonly status?: string | undefined;
  readonly profileId?: string | undefined;
  readonly after?: { readonly createdAt: string; readonly sendId: string } | undefined;
  readonly limit: number;
}

/** Instants are ISO 8601 in Postgres' precision. */
export interface SendItem {
  readonly sendId: string;
  readonly enrollmentId: string;
  readonly profileId: string;
  readonly journey: string;
  readonly step: string;
  readonly message: string;
  readonly channel: string;
  readonly status: string;
  readonly providerSid: string | null;
  readonly errorCode: string | null;
  readonly body: string;
  readonly createdAt: string;
  readonly statusAt: string;
}

/** The ledger as it stands, in the order its rows were made. */
export async function listSends(db: Queryable, filter: SendFilter): Promise<SendItem[]> {
  const { rows } = await db.query<SendItem>(
    `select send_id as "sendId", enrollment_id as "enrollmentId", profile_id as "profileId", journey, step, message,
       channel, status, provider_sid as "providerSid", error_code as "errorCode", body,
       to_jsonb(created_at) as "createdAt", to_jsonb(status_at) as "statusAt"
     from sends
     where ($1::text is null or journey = $1) and ($2::text is null or status = $2)
       and ($3::uuid is null or profile_id = $3)
       and ($4::timestamptz is null or (created_at, send_id) > ($4::timestamptz, $5::uuid))
     order by created_at, send_id
     limit $6`,
    [
      filter.journey ?? null,
      filter.status ?? null,
      filter.profileId ?? null,
      filter.after?.createdAt ?? null,
      filter.after?.sendId ?? null,
      filter.limit,
    ],
  );
  return rows;
}
