/** `+12125550142` as people write it; other countries' numbers stay as they are. */
export function phoneText(address) {
  const [, channel = '', number = address] = /^([a-z]+:)?(.*)$/.exec(address) ?? [];
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  const text = american ? `+1 (${american[1]}) ${american[2]}-${american[3]}` : number;
  return channel === '' ? text : `${text} · ${channel.slice(0, -1)}`;
}

const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  year: 'numeric',
  month: 'long',
  day: 'numeric',
});
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', month: 'short', day: 'numeric' });
const dayAndYear = new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', day: 'numeric' });
const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' });

export const timeText = (instant) => time.format(instant);
export const secondsText = (instant) => seconds.format(instant);
export const dateText = (instant) => date.format(instant);

export const zoneText = (instant) =>
  zone.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? '';

/** The day of a message as seen from the virtual today. */
export function dayText(instant, today) {
  const days = Math.round((midnight(today) - midnight(instant)) / 86_400_000);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return instant.getFullYear() === today.getFullYear() ? day.format(instant) : dayAndYear.format(instant);
}

/** A time for today's messages, a day for older ones. */
export function briefText(instant, today) {
  const text = dayText(instant, today);
  return text === 'Today' ? timeText(instant) : text;
}

/** What a datetime-local input holds for an instant. */
export function inputText(instant) {
  const local = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The next morning at ten, when most of what waits for a time of day is due. */
export function nextMorning(instant) {
  return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate() + 1, 10);
}

function midnight(instant) {
  return new Date(instant.getFullYear(), instant.getMonth(), instant.getDate()).getTime();
}
