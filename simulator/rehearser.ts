import { type Parting, partingOf } from './comparison';
import type { SimulatedProject } from './project';
import { type Person, rehearse, type Span, type Story } from './rehearsal';
import { Tally, type Totals } from './tally';

export interface Rehearsed {
  /** One for each side. */
  readonly totals: readonly Totals[];
  /** Of the first side, in the order of the people; only where they are asked for. */
  readonly stories: readonly Story[];
  readonly partings: readonly Parting[];
  /** People whom the sides treat differently. */
  readonly parted: number;
}

/** Rehearses one set of journeys with people, or two side by side. */
export async function rehearseAll(
  sides: readonly [SimulatedProject, (SimulatedProject | undefined)?],
  people: readonly Person[],
  span: Span & { readonly seed: string; readonly tellStories: boolean },
): Promise<Rehearsed> {
  const [project, other] = sides;
  const tallies = [new Tally(), ...(other ? [new Tally()] : [])];
  const stories: Story[] = [];
  const partings: Parting[] = [];
  for (const person of people) {
    const [tally, otherTally] = tallies;
    if (!tally) break;
    const story = await rehearse(project, person, { tally, ...span });
    if (span.tellStories) stories.push(story);
    if (!other || !otherTally) continue;
    const parting = partingOf(story, await rehearse(other, person, { tally: otherTally, ...span }));
    if (parting) partings.push(parting);
  }
  return { totals: tallies.map(({ totals }) => totals), stories, partings, parted: partings.length };
}
