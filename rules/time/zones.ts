import { isZone } from './local-time';
import { phoneZones } from './phone-zones';

export interface ZoneSources {
  /** Trait `timezone`, as it came. */
  readonly trait?: unknown;
  /** The latest `context.timezone`, as it came. */
  readonly context?: unknown;
  /** E.164 */
  readonly phone?: string | null | undefined;
  /** IANA name of the workspace's zone. */
  readonly workspace: string;
}

export interface Zones {
  /** The zone to reckon in: IANA name. */
  readonly zone: string;
  /** Every zone the customer may be in; quiet hours hold in all of them. Never empty, and `zone` is among them. */
  readonly candidates: readonly string[];
  readonly from: 'trait' | 'context' | 'phone' | 'workspace';
}

/**
 * Where a customer is: the first that names an IANA zone of trait, context, phone prefix and workspace. Of several
 * zones of a prefix, `zone` is the workspace's if it is one of them, else the first.
 */
export function zonesOf({ trait, context, phone, workspace }: ZoneSources): Zones {
  if (namesZone(trait)) return { zone: trait, candidates: [trait], from: 'trait' };
  if (namesZone(context)) return { zone: context, candidates: [context], from: 'context' };
  const candidates = phone ? phoneZones(phone).filter(isZone) : [];
  const [first] = candidates;
  if (first !== undefined) {
    return { zone: candidates.includes(workspace) ? workspace : first, candidates, from: 'phone' };
  }
  return { zone: workspace, candidates: [workspace], from: 'workspace' };
}

function namesZone(value: unknown): value is string {
  return typeof value === 'string' && isZone(value);
}
