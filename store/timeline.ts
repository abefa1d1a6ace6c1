import type { Queryable } from './database';

/** What a timeline tells of, each read from a table of its own. */
export const timelineKinds = [
  'event',
  'enrollment',
  'decision',
  'send',
  'outcome',
  'consent',
  'stage',
  'identity',
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** One thing that happened; absent fields are null, instants are ISO 8601 in Postgres' precision. */
export interface TimelineRow {
  readonly kind: TimelineKind;
  /** Microseconds kept, as a Date would not. */
  readonly at: string;
  readonly seq: number;
  readonly fields: { readonly [field: string]: unknown };
}

/** A place in a timeline: what lies behind it is strictly later in (at, seq). */
export interface TimelinePosition {
  readonly at: string;
  readonly seq: number;
}

export interface TimelinePage {
  /** Default all. */
  readonly kinds?: readonly TimelineKind[] | undefined;
  readonly after?: TimelinePosition | undefined;
  readonly limit: number;
}

/** What happened to a customer, oldest first: as many index scans as kinds, each of at most `limit` rows. */
export async function readTimeline(
  db: Queryable,
  profileId: string,
  { kinds = timelineKinds, after, limit }: TimelinePage,
): Promise<TimelineRow[]> {
  const { rows } = await db.query<TimelineRow>({
    text: statementFor(kinds),
    values: [profileId, after?.at ?? '-infinity', after?.seq ?? 0, limit],
  });
  return rows;
}

/** Statements are put together from constants; values only ever go in as parameters. */
function statementFor(kinds: readonly TimelineKind[]): string {
  const branches = kinds.map((kind) => `(select '${kind}' as kind, ${branch[kind]})`);
  return `select kind, to_jsonb(timeline.at) as at, seq, fields from (${branches.join(' union all ')}) as timeline
    order by timeline.at, seq limit $4`;
}

const branch: { readonly [K in TimelineKind]: string } = {
  event: `received_at as at, seq, jsonb_build_object(
      'name', name, 'type', type, 'messageId', message_id, 'timestamp', "timestamp", 'receivedAt', received_at,
      'properties', properties) as fields
    from events where profile_id = $1 and (received_at, seq) > ($2::timestamptz, $3::bigint)
    order by received_at, seq limit $4`,
  enrollment: `at, seq, jsonb_build_object(
      'enrollmentId', enrollment_id, 'journey', journey, 'version', version, 'key', nullif(key, ''),
      'status', status, 'reason', reason) as fields
    from enrollment_changes where profile_id = $1 and (at, seq) > ($2::timestamptz, $3::bigint)
    order by at, seq limit $4`,
  decision: `at, seq, jsonb_build_object(
      'enrollmentId', enrollment_id, 'step', step, 'message', message, 'verdict', verdict, 'reason', reason,
      'until', until, 'checks', checks) as fields
    from decisions where profile_id = $1 and (at, seq) > ($2::timestamptz, $3::bigint)
    order by at, seq limit $4`,
  send: `c.at, c.seq, jsonb_build_object(
      'sendId', c.send_id, 'enrollmentId', s.enrollment_id, 'step', s.step, 'message', s.message,
      'channel', s.channel, 'status', c.status, 'providerSid', c.provider_sid, 'errorCode', c.error_code,
      'body', s.body) as fields
    from send_changes c join sends s on s.send_id = c.send_id
    where c.profile_id = $1 and (c.at, c.seq) > ($2::timestamptz, $3::bigint)
    order by c.at, c.seq limit $4`,
  outcome: `at, seq, jsonb_build_object(
      'enrollmentId', enrollment_id, 'journey', journey, 'outcome', outcome, 'value', value) as fields
    from outcomes where profile_id = $1 and (at, seq) > ($2::timestamptz, $3::bigint)
    order by at, seq limit $4`,
  consent: `at, seq, jsonb_build_object(
      'channel', channel, 'key', key, 'group', nullif(topic, ''), 'from', from_status, 'to', to_status,
      'source', source, 'actor', actor, 'wording', wording, 'reason', reason, 'note', note,
      'review', case when review then true end) as fields
    from consent_changes where profile_id = $1 and (at, seq) > ($2::timestamptz, $3::bigint)
    order by at, seq limit $4`,
  stage: `at, seq, jsonb_build_object('from', from_stage, 'to', to_stage) as fields
    from stage_changes where profile_id = $1 and (at, seq) > ($2::timestamptz, $3::bigint)
    order by at, seq limit $4`,
  identity: `at, seq, jsonb_build_object('change', change, 'type', type, 'value', value, 'reason', reason) as fields
    from identity_changes where profile_id = $1 and (at, seq) > ($2::timestamptz, $3::bigint)
    order by at, seq limit $4`,
};
