/** One thing that happened to a customer, as the operator API tells it. Absent fields are left out. */
export interface TimelineItem {
  /** When, ISO 8601. */
  readonly at: string;
  /** What kind of thing; it says which further fields there are. */
  readonly kind: 'event' | 'enrollment' | 'decision' | 'send' | 'outcome' | 'consent' | 'stage' | 'identity';
  readonly [field: string]: unknown;
}

/** Hears of everything that happens, in order; {@link item} makes an item of it. */
export type Listener = (
  profileId: string,
  kind: TimelineItem['kind'],
  at: Date,
  fields: { readonly [field: string]: unknown },
) => void;

export function item(
  kind: TimelineItem['kind'],
  at: Date,
  fields: { readonly [field: string]: unknown },
): TimelineItem {
  const made: { [field: string]: unknown; at: string; kind: TimelineItem['kind'] } = {
    at: at.toISOString(),
    kind,
  };
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue;
    made[field] = value instanceof Date ? value.toISOString() : value;
  }
  return made;
}
