import fc from 'fast-check';
import {
  act,
  changeZone,
  mergeStages,
  pass,
  register,
  stageAt,
  type StageState,
} from '../../rules/lifecycle/stages';

const nobody: StageState = {
  registeredAt: null,
  stage: null,
  stageSince: null,
  stageDueAt: null,
  lastActivityAt: null,
};
const at = (instant: string) => new Date(`${instant}Z`);
const losAngeles = 'America/Los_Angeles';
const DAY = 86_400_000;

/** Something done at an instant, known at once. */
const doneAt = (state: StageState, instant: Date) => act(state, { timestamp: instant, receivedAt: instant });
const registered = (instant: Date, zone = 'America/New_York') =>
  register(doneAt(nobody, instant).state, { timestamp: instant, receivedAt: instant, zone }).state;

describe('the stage new', () => {
  test('begins with the first registration and ends at the local midnight that begins day 90', () => {
    const { state, move } = register(nobody, {
      timestamp: at('2027-10-27T01:40:00'),
      receivedAt: at('2027-10-27T01:40:05'),
      zone: losAngeles,
    });
    expect(move).toEqual({ from: 'registered', to: 'new', at: at('2027-10-27T01:40:05') });
    // 18:40 on 26 October there; the clocks go back in between.
    expect(state.stageDueAt).toEqual(at('2028-01-24T08:00:00'));
  });

  test('does not begin again', () => {
    const state = registered(at('2027-01-01T12:00:00'));
    const again = register(state, {
      timestamp: at('2027-06-01T12:00:00'),
      receivedAt: at('2027-06-01T12:00:00'),
      zone: 'UTC',
    });
    expect(again).toEqual({ state, move: undefined });
  });

  test('keeps its last day when the customer moves, and takes the midnight there', () => {
    const state = registered(at('2027-10-27T01:40:00'), losAngeles);
    expect(changeZone(state, losAngeles, 'America/New_York').stageDueAt).toEqual(at('2028-01-24T05:00:00'));
    expect(changeZone(state, losAngeles, 'Asia/Tokyo').stageDueAt).toEqual(at('2028-01-23T15:00:00'));
  });

  test('is ended by nothing that happens', () => {
    const state = registered(at('2027-01-01T12:00:00'));
    const { move } = doneAt(state, at('2027-02-01T12:00:00'));
    expect(move).toBeUndefined();
  });

  test('goes over to active for one who was there in the last sixty days', () => {
    const registration = at('2027-01-01T12:00:00');
    const state = doneAt(registered(registration), at('2027-03-01T12:00:00')).state;
    const due = at('2027-04-01T04:00:00');
    expect(pass(state, new Date(due.getTime() - 1)).move).toBeUndefined();
    const passed = pass(state, due);
    expect(passed.move).toEqual({ from: 'new', to: 'active', at: due });
    expect(passed.state.stageDueAt).toEqual(at('2027-04-30T12:00:00'));
  });

  test('is over at that midnight, though nobody has moved it yet', () => {
    const state = registered(at('2027-01-01T12:00:00'));
    const due = at('2027-04-01T04:00:00');
    expect(stageAt(state, new Date(due.getTime() - 1))).toBe('new');
    expect(stageAt(state, due)).toBe('inactive');
    expect(stageAt(doneAt(state, at('2027-03-01T12:00:00')).state, due)).toBe('active');
  });

  test('goes over to inactive for one who was not', () => {
    const state = registered(at('2027-01-01T12:00:00'));
    const { move, state: after } = pass(state, at('2027-05-01T00:00:00'));
    expect(move).toEqual({ from: 'new', to: 'inactive', at: at('2027-04-01T04:00:00') });
    expect(after.stageDueAt).toBeNull();
  });
});

describe('after it', () => {
  const active: StageState = {
    registeredAt: at('2026-01-01T12:00:00'),
    stage: 'active',
    stageSince: at('2026-04-01T04:00:00'),
    stageDueAt: at('2027-03-05T17:00:00'),
    lastActivityAt: at('2027-01-04T17:00:00'),
  };

  test('sixty days of 86,400 seconds without activity make it inactive, at that instant', () => {
    const idle = doneAt(active, at('2027-03-04T17:00:00')).state;
    const due = at('2027-05-03T17:00:00');
    expect(pass(idle, new Date(due.getTime() - 1)).move).toBeUndefined();
    // Found out only later: it bears the instant it was due.
    expect(pass(idle, at('2027-05-09T00:00:00')).move).toEqual({ from: 'active', to: 'inactive', at: due });
  });

  test('the next activity makes it reactivated', () => {
    const inactive = pass(active, at('2027-03-05T17:00:00')).state;
    const back = doneAt(inactive, at('2027-03-08T17:30:00'));
    expect(back.move).toEqual({ from: 'inactive', to: 'reactivated', at: at('2027-03-08T17:30:00') });
    expect(back.state.stageDueAt).toEqual(at('2027-05-07T17:30:00'));
  });

  test('an activity learned of so late that it is idle again does not', () => {
    const inactive = pass(active, at('2027-03-05T17:00:00')).state;
    const late = act(inactive, {
      timestamp: at('2027-02-01T12:00:00'),
      receivedAt: at('2027-04-02T12:00:00'),
    });
    expect(late.move).toBeUndefined();
    expect(late.state.lastActivityAt).toEqual(at('2027-02-01T12:00:00'));
  });

  test('an activity older than the last changes nothing', () => {
    const known = act(active, {
      timestamp: at('2027-01-01T00:00:00'),
      receivedAt: at('2027-02-01T00:00:00'),
    });
    expect(known).toEqual({ state: active, move: undefined });
  });

  test('who never registered has no stage, whatever they do and however long', () => {
    const { state } = doneAt(nobody, at('2027-01-01T00:00:00'));
    expect(state.stage).toBeNull();
    expect(pass(state, at('2029-01-01T00:00:00')).move).toBeUndefined();
  });
});

describe('two profiles that are one', () => {
  test('stand where the one registered first stood, with the activity of both', () => {
    const clinic = doneAt(nobody, at('2027-02-20T12:00:00')).state;
    const app = registered(at('2027-01-25T20:00:00'));
    const merged = mergeStages(clinic, app);
    expect(merged).toEqual({ ...app, lastActivityAt: at('2027-02-20T12:00:00') });
    expect(mergeStages(app, clinic)).toEqual(merged);
  });

  test('are idle only when both are', () => {
    const active = pass(
      doneAt(registered(at('2026-01-01T12:00:00')), at('2026-03-20T00:00:00')).state,
      at('2026-04-01T05:00:00'),
    ).state;
    const other = doneAt(nobody, at('2026-04-20T00:00:00')).state;
    expect(mergeStages(active, other).stageDueAt).toEqual(
      new Date(at('2026-04-20T00:00:00').getTime() + 60 * DAY),
    );
  });
});

test('moves are contiguous: each starts where the last one ended, and time never goes back', () => {
  const step = fc.record({ days: fc.integer({ min: 0, max: 80 }), acts: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let clock = at('2027-01-01T12:00:00');
      let state = registered(clock);
      let last = { to: 'new', at: clock };
      for (const { days, acts } of steps) {
        clock = new Date(clock.getTime() + days * DAY);
        for (let moved = pass(state, clock); moved.move; moved = pass(state, clock)) {
          expect(moved.move.from).toBe(last.to);
          expect(moved.move.at.getTime()).toBeGreaterThanOrEqual(last.at.getTime());
          [state, last] = [moved.state, moved.move];
        }
        if (!acts) continue;
        const acted = doneAt(state, clock);
        state = acted.state;
        if (acted.move) {
          expect(acted.move.from).toBe(last.to);
          last = acted.move;
        }
        // What is due next is never past: nobody is left behind.
        if (state.stage !== 'inactive') expect(state.stageDueAt && state.stageDueAt > clock).toBe(true);
      }
    }),
  );
});
