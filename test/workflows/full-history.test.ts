import { hours, journey } from 'jornada';
import type { RunInput } from '../../workflows/runtime/contract';
import type { Engine } from '../../workflows/runtime/engine';
import { Enrollment } from '../../workflows/runtime/enrollment';
import { runJourney } from '../../workflows/runtime/run-journey';
import { eventually } from '../support/eventually';

/** An engine whose clock and length of history are ours. */
class HandEngine implements Engine {
  length = 3;
  clock = Date.parse('2027-03-12T15:00:00Z');
  readonly continued: RunInput[] = [];
  private readonly rings: (() => void)[] = [];

  now = () => this.clock;
  timer = (_ms: number, _what: () => string, ring: () => void) => {
    this.rings.push(ring);
    return () => this.rings.splice(this.rings.indexOf(ring), 1);
  };
  /** A task was completed before this one's answer came, as for a query: the answer finds a longer history. */
  execute = (async () => {
    this.length += 10;
    return { traits: {}, stage: 'active', timezone: 'UTC', locale: 'en' };
  }) as unknown as Engine['execute'];
  announce = () => {};
  atRest = () => new Promise<void>((rested) => setImmediate(rested));
  begin = (flow: () => void) => flow();
  breakOff = () => {};
  onCancel = () => {};
  shielded = <T>(work: () => Promise<T>) => work();
  isFull = (limit: number) => this.length >= limit;
  continueWith = (input: RunInput) => {
    this.continued.push(input);
    return new Promise<never>(() => {});
  };

  get armed(): boolean {
    return this.rings.length > 0;
  }

  ring(): void {
    this.clock += 3_600_000;
    for (const ring of this.rings.splice(0)) ring();
  }
}

describe('a history that grows full while an activity answers', () => {
  it('is found full by the next signal or timer, as a replay finds it, and not by the answer', async () => {
    const at = Date.parse('2027-03-12T15:00:00Z');
    const asks = journey(
      'asks',
      { version: 1, purpose: 'marketing', enter: { on: 'Feature Viewed' }, reentry: 'always' },
      async (j) => {
        for (;;) {
          await j.wait(hours(1));
          await j.profile();
        }
      },
    );
    const engine = new HandEngine();
    const input: RunInput = {
      enrollmentId: 'e',
      profileId: 'p',
      journey: 'asks',
      version: 1,
      key: '',
      zone: 'UTC',
      trigger: {
        seq: 1,
        messageId: 'm',
        name: 'Feature Viewed',
        receivedAt: at,
        timestamp: at,
        properties: {},
      },
      clockOffsetMs: 0,
      pending: [],
      historyLimit: 10,
    };
    void runJourney(asks, new Enrollment(input, engine));

    await eventually(() => engine.armed);
    engine.ring();
    await eventually(() => engine.armed);
    expect(engine.length).toBeGreaterThan(10);
    expect(engine.continued).toEqual([]);

    engine.ring();
    const [next] = await eventually(() => (engine.continued.length > 0 ? engine.continued : undefined));
    expect(next?.carried?.journal.map(({ name }) => name)).toEqual(['wait', 'profile', 'wait', 'profile']);
  });
});
