/** A journey that goes another way when it is walked through again: on a server its run would stand still. */
export class JourneyNotDeterministic extends Error {
  readonly code = 'JOURNEY_DIVERGED';

  constructor(was: string, is: string) {
    super(
      `JOURNEY_DIVERGED: Walked through again, the journey asks for ${is} where it asked for ${was} before. ` +
        'It must decide by its trigger, its steps and j.now alone.',
    );
    this.name = 'JourneyNotDeterministic';
  }
}

/** An event that the tracking plan refuses, or that nobody can be known by: a server would set it aside. */
export class EventRefused extends Error {
  readonly code = 'EVENT_REFUSED';

  constructor(name: string, why: string) {
    super(`EVENT_REFUSED: ${name}: ${why}.`);
    this.name = 'EventRefused';
  }
}
