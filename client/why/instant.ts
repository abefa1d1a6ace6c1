import { addDays, toInstant } from '../../rules/time/local-time';

/**
 * Reads when somebody asks about: an instant of ISO 8601, or a date, which means the end of that day where the customer
 * is. Undefined for what is neither.
 */
export function readWhen(text: string, zone: string): Date | undefined {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) {
      return new Date(toInstant(zone, addDays(text, 1), '00:00').getTime() - 1);
    }
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return undefined;
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? undefined : at;
  } catch {
    // No such date.
    return undefined;
  }
}
