/** What operators read in Temporal's UI. Words only: nothing is decided by them, so they may use the time-zone data. */

/** `16:03 New York time`, with the date where it is another day than `now`. */
export function localWords(at: number, now: number, zone: string): string {
  const format = formatter(zone);
  const [date, time] = format(at);
  const day = date === format(now)[0] ? '' : ` on ${date}`;
  return `${time}${day}${day && ','} ${place(zone)}`;
}

/** `America/New_York` → `New York time`. */
function place(zone: string): string {
  const city = zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
  return city === 'UTC' ? city : `${city} time`;
}

function formatter(timeZone: string): (at: number) => readonly [date: string, time: string] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return [`${part.day} ${part.month} ${part.year}`, `${part.hour}:${part.minute}`];
  };
}

/** Temporal refuses longer summaries. */
const SUMMARY_LIMIT = 200;

export const summary = (text: string): string =>
  text.length <= SUMMARY_LIMIT ? text : `${text.slice(0, SUMMARY_LIMIT - 1)}…`;

/** `Visit Checked In or Offer Redeemed` */
export const eitherOf = (names: readonly string[]): string => [...new Set(names)].join(' or ');
