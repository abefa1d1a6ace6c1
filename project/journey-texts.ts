import type { Purpose } from '../catalog/policy';

/** What the files of a new journey are written from. */
export interface Draft {
  readonly name: string;
  readonly variable: string;
  readonly on: string;
  readonly purpose: Purpose;
  readonly locales: readonly string[];
  /** Properties for an event in the test. */
  readonly sample: { readonly [property: string]: unknown };
}

/** Whoever writes it says later who sends it: until then it is the app. */
export const eventEntry = "event(z.looseObject({}), { sentBy: ['app'] })";

export function messageEntry({ locales }: Draft): string {
  const texts = locales.map((locale) => {
    const optOut = optOuts[locale.split('-')[0] ?? ''] ?? optOuts['en'];
    return `    ${keyOf(locale)}: () => ${quoted(`Write here what they read. ${optOut}`)},`;
  });
  return `message({\n  text: {\n${texts.join('\n')}\n  },\n  sample: {},\n})`;
}

/** Within GSM-7, where a character more would halve what fits into a segment. */
const optOuts: { readonly [language: string]: string } = {
  en: 'Reply STOP to opt out.',
  es: 'Responde STOP para no recibir mas.',
  pt: 'Responda PARE para sair.',
};

export function flowOf({ name, variable, on, purpose }: Draft): string {
  // A newcomer is texted by journeys of that stage alone.
  const during = on === 'Account Registered' && purpose === 'marketing' ? "\n    during: 'new'," : '';
  return `import { journey } from 'jornada';

/** One text to everyone with an event \`${on}\`. */
export const ${variable} = journey(
  '${name}',
  {
    version: 1,
    purpose: '${purpose}',
    enter: { on: ${quoted(on)} },
    reentry: 'always',${during}
  },
  async (j) => {
    await j.send('${name}');
  },
);
`;
}

export function testOf({ name, variable, on, sample }: Draft): string {
  const properties = Object.entries(sample).map(([key, value]) => `${keyOf(key)}: ${literal(value)}`);
  const given = properties.length === 0 ? '' : `, { ${properties.join(', ')} }`;
  return `import { testJourneys } from 'jornada/testing';
import * as catalog from '../../catalog';
import { ${variable} } from '../../workflows/${name}/v1';

test('${name} sends its text at once', async () => {
  const t = testJourneys({ catalog, journeys: [${variable}], at: '2027-02-02T15:00:00Z' });
  const ana = await t.customer('ana');
  await ana.does(${quoted(on)}${given});
  expect(ana).toHaveSent('${name}', { at: '2027-02-02T15:00:00Z' });
  expect(ana).toHaveEnded('completed');
});
`;
}

export function docsOf({ name, on, purpose }: Draft): string {
  return `# ${name}

| | |
|---|---|
| starts with | \`${on}\` |
| purpose | ${purpose} |
| again | always |
| sends | \`${name}\`, at once |

Its code is in \`workflows/${name}/v1.ts\`, its text in \`catalog/messages.ts\`. \`npx jornada diagram ${name}\` draws it.
`;
}

const quoted = (text: string) => `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;

/** A name as a key of an object. */
export const keyOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));

const literal = (value: unknown) => (typeof value === 'string' ? quoted(value) : JSON.stringify(value));
