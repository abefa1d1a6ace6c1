/** One check of a decision, as it was recorded. */
export interface RecordedCheck {
  readonly check: string;
  readonly result: string;
  readonly saw: { readonly [value: string]: unknown };
}

/** What a check saw, in words. A check that is not known here is told by its values. */
export function checkWords({ check, saw }: RecordedCheck): string {
  return (words[check] ?? values)(saw);
}

type Saw = RecordedCheck['saw'];

const words: { readonly [check: string]: (saw: Saw) => string } = {
  erased: ({ erased }) => (erased ? 'yes' : 'no'),
  consent: (saw) => {
    const where = [saw.channel, saw.topic && `topic ${text(saw.topic)}`].filter(Boolean).join(', ');
    const status = consentStatus[text(saw.status)] ?? text(saw.status);
    const since = saw.at ? ` since ${text(saw.at).slice(0, 10)}` : '';
    const by = saw.source ? `, by ${text(saw.source)}` : '';
    return `${status} (${where})${since}${by}; asked as ${text(saw.purpose)}`;
  },
  ended: ({ status, reason }) =>
    status === 'open' ? 'no' : `${text(status)}${reason ? `: ${text(reason)}` : ''}`,
  lifecycle: ({ during, stage }) =>
    during ? `only while ${text(during)}, the customer is ${stage ? text(stage) : 'in no stage'}` : 'none',
  lock: (saw) => {
    if (saw.purpose) return `${text(saw.purpose)} messages pass`;
    return saw.holder
      ? `held by ${text(saw.holder)} (priority ${text(saw.priority)}) until ${text(saw.until)}`
      : 'none';
  },
  holdout: (saw) => {
    if (!Array.isArray(saw.asked)) return passWords(saw);
    const asked = (saw.asked as readonly HoldoutSeen[]).map(({ experiment, arm, bucket, percent }) => {
      const of = experiment === '*' ? 'of all' : `of ${experiment}`;
      return `${bucket}, ${arm === 'control' ? 'held out' : 'not held out'} ${of} (${percent}%)`;
    });
    return asked.join('; ') || 'none';
  },
  cap: (saw) => {
    const law = saw.law ? [`the law: ${countWords(saw.law as CountSeen)}`] : [];
    const caps = ((saw.caps ?? []) as readonly CountSeen[]).map(countWords);
    return [...law, ...caps].join('; ') || (saw.purpose ? `${text(saw.purpose)} messages pass` : 'none');
  },
  pace: ({ slot, segmentsPerSecond }) =>
    slot ? `its turn at ${text(slot)}, ${text(segmentsPerSecond)} segments a second` : 'no limit',
  quiet_hours: (saw) => {
    if (!Array.isArray(saw.local)) return `${text(saw.purpose)} messages pass`;
    const zones = (saw.local as readonly LocalSeen[]).map(
      ({ zone, time, open }) =>
        `${time.slice(0, 5)} in ${zone}, open ${open.map(({ from, to }) => `${from}–${to}`).join(' and ') || 'at no time'}`,
    );
    return [...zones, ...(saw.region ? [`region ${text(saw.region)}`] : [])].join('; ');
  },
  content: ({ locale, encoding, segments, problem }) =>
    problem
      ? `${text(problem)} in ${text(locale)}`
      : `${text(locale)}, ${text(segments)} ${segments === 1 ? 'segment' : 'segments'} of ${text(encoding)}`,
};

const consentStatus: { readonly [status: string]: string } = {
  none: 'no consent on record',
  stopped: 'said STOP',
  unreachable: 'cannot be reached',
  no_address: 'has no number',
};

interface HoldoutSeen {
  readonly experiment: string;
  readonly arm: string;
  readonly bucket: string;
  readonly percent: number;
}

interface CountSeen {
  readonly counted: number;
  readonly most: number;
  readonly on?: string;
  readonly since?: string;
}

function countWords({ counted, most, on, since }: CountSeen): string {
  return `${counted} of ${most} ${on ? `on ${on}` : `since ${String(since)}`}`;
}

interface LocalSeen {
  readonly zone: string;
  readonly time: string;
  readonly open: readonly { readonly from: string; readonly to: string }[];
}

/** What was not asked of messages of a purpose; recorded otherwise it is told by its values. */
function passWords(saw: Saw): string {
  return typeof saw.purpose === 'string' ? `${saw.purpose} messages pass` : values(saw);
}

function values(saw: Saw): string {
  return (
    Object.entries(saw)
      .map(([name, value]) => `${name} ${text(value)}`)
      .join(', ') || 'nothing'
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
