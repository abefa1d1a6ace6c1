import { join } from 'node:path';
import { Project } from 'ts-morph';
import { packageRoot } from '../../config/package-root';

const base = "version: 1, purpose: 'marketing', reentry: 'never'";
const policy = (rest: string) => `journey('a', { ${base}, ${rest} }, async () => {});`;
const flow = (step: string) =>
  `journey('a', { ${base}, enter: { on: 'Visit Checked In' }, listens: ['Offer Redeemed'] }, async (j, visit) => { ${step} });`;

/** What is offered at `|`, among others. */
const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['events that it enters on', policy("enter: { on: '|' }"), ['Visit Checked In', 'Account Registered']],
  ['stages that it enters on', policy("enter: { stage: '|' }"), ['new', 'active', 'inactive', 'reactivated']],
  ['audiences', policy("enter: { audience: '|' }"), ['searched-without-redeeming']],
  ['keys of the event', policy("enter: { on: 'Visit Checked In', key: '|' }"), ['visitId', 'providerId']],
  ['what a policy says', policy("enter: { on: 'Visit Checked In' }, |"), ['goal', 'holdout', 'lock']],
  ['properties of the trigger', flow('visit.|'), ['visitId', 'providerId']],
  ['messages', flow("await j.send('|')"), ['flash-reward', 'onboarding-1']],
  ['the data of a message', flow("await j.send('feature-how-to', { | })"), ['feature']],
  ['offers', flow("await j.grantOffer('|', { expiresIn: hours(2) })"), ['flash-reward']],
  ['traits', flow('(await j.profile()).traits.|'), ['plan', 'points', 'region']],
  [
    'properties of an awaited event',
    flow("await j.waitFor('Offer Redeemed', { where: { | }, timeout: hours(1) })"),
    ['offerId'],
  ],
  ['events in a test', "void customer.does('|')", ['Visit Checked In']],
  ['messages in an expectation', "expect(customer).toHaveSent('|')", ['flash-reward']],
  ['traits in a test', 'void customer.is({ | })', ['plan', 'points', 'firstName']],
];

/** The one place that offers nothing else. */
const awaited = flow("await j.waitFor('|', { timeout: hours(1) })");

// All of them in one file, which the compiler looks at once.
const head = `import { hours, journey } from 'jornada';
import type { TestCustomer } from 'jornada/testing';
declare const customer: TestCustomer;
`;
const texts = [...cases.map(([, text]) => text), awaited];
const lines = texts.map((text) => `{ ${text.replace('|', '')} }\n`);

const project = new Project({
  tsConfigFilePath: join(packageRoot(), 'tsconfig.json'),
  skipAddingFilesFromTsConfig: true,
});
project.addSourceFileAtPath(join(packageRoot(), 'catalog', 'register.ts'));
const written = project.createSourceFile(
  join(packageRoot(), 'test', 'types', 'being-written.ts'),
  head + lines.join(''),
);
project.resolveSourceFileDependencies();
const service = project.getLanguageService().compilerObject;

function offeredIn(text: string): string[] {
  const above = lines.slice(0, texts.indexOf(text)).join('').length;
  const at = head.length + above + 2 + text.indexOf('|');
  const completions = service.getCompletionsAtPosition(written.getFilePath(), at, {});
  return completions?.entries.map(({ name }) => name) ?? [];
}

describe('an editor offers', () => {
  it.each(cases)('%s', (_, text, names) =>
    expect(offeredIn(text)).toEqual(expect.arrayContaining([...names])),
  );

  it('of all events those alone that the journey listens to, where it waits', () => {
    expect(offeredIn(awaited)).toEqual(['Offer Redeemed']);
  });
});
