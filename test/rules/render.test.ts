import { message } from '../../catalog/define';
import { messages } from '../../catalog/messages';
import { messageCosts } from '../../rules/message-costs';
import { pickLocale, render } from '../../rules/render';

const locales = ['en', 'pt-BR'] as const;
const NY = { locales, zone: 'America/New_York' };
const offer = { offer: { expiresAt: '2027-02-02T21:03:07.000Z' } };

describe('a rendered message', () => {
  it("shows the customer's name, and times in their zone and language", () => {
    expect(render(messages['flash-reward'], offer, { firstName: 'Anna', ...NY })).toEqual({
      ok: true,
      locale: 'en',
      text: 'Thanks for visiting, Anna! Show this text at the desk before 4:03 PM for 20% off today. Reply STOP to opt out.',
      encoding: 'GSM-7',
      segments: 1,
      nonGsm: [],
    });
    expect(
      render(messages['flash-reward'], offer, { locale: 'pt_BR', locales, zone: 'America/Sao_Paulo' }),
    ).toMatchObject({
      locale: 'pt-BR',
      text: expect.stringContaining('antes das 18:03 e'),
      encoding: 'GSM-7',
    });
  });

  it('shows dates in GSM-7 in either language, a Portuguese Saturday too', () => {
    const data = { startsAt: '2027-03-06T15:00:00.000Z' };
    const textIn = (locale: string) => render(messages['appointment-reminder'], data, { locale, ...NY });
    expect(textIn('en')).toMatchObject({ text: 'Reminder: your appointment is on Sat, Mar 6 at 10:00 AM.' });
    expect(textIn('pt')).toMatchObject({
      text: 'Lembrete: sua consulta em sab, 06/03 as 10:00.',
      encoding: 'GSM-7',
    });
  });

  it.each([
    [undefined, 'en'],
    ['', 'en'],
    [5, 'en'],
    ['en-GB', 'en'],
    ['fr', 'en'],
    ['ptolemaic', 'en'],
    ['pt', 'pt-BR'],
    ['pt_BR', 'pt-BR'],
    ['pt-PT', 'pt-BR'],
    ['PT-br', 'pt-BR'],
    [' pt-BR ', 'pt-BR'],
  ])('is for locale %j written in %s', (tag, locale) => expect(pickLocale(tag, locales)).toBe(locale));

  it('takes no name that is none, and keeps one on one line', () => {
    const nameIn = (firstName: unknown) => {
      const rendered = render(messages['onboarding-1'], {}, { firstName, ...NY });
      return rendered.ok && rendered.text.split('!')[0];
    };
    expect(nameIn(undefined)).toBe('Welcome');
    expect(nameIn('  ')).toBe('Welcome');
    expect(nameIn(42)).toBe('Welcome');
    expect(nameIn('Ana\r\nMaria ')).toBe('Welcome, Ana Maria');
  });

  it('leaves out a name that would make it longer than it may be', () => {
    const rendered = render(messages['flash-reward'], offer, { firstName: 'Анна'.repeat(20), ...NY });
    expect(rendered).toMatchObject({ ok: true, segments: 1, encoding: 'GSM-7' });
  });

  it('is refused when it is too long, empty, or misses its data', () => {
    const sized = (n: number) =>
      message({ text: { en: () => 'a'.repeat(n), 'pt-BR': () => 'a' }, sample: {} });
    expect(render(sized(306), {}, NY)).toMatchObject({ ok: true, segments: 2 });
    expect(render(sized(307), {}, NY)).toEqual({
      ok: false,
      locale: 'en',
      problem: 'too_long',
      segments: 3,
    });
    expect(render({ ...sized(307), maxSegments: 3 }, {}, NY)).toMatchObject({
      ok: true,
      segments: 3,
    });
    expect(render(sized(0), {}, NY)).toMatchObject({ ok: false, problem: 'empty' });
    expect(render(messages['flash-reward'], {}, NY)).toMatchObject({
      ok: false,
      problem: 'template',
    });
  });
});

describe('the messages of the catalog', () => {
  it.each(messageCosts(messages, locales).map((cost) => [cost.message, cost.locale, cost] as const))(
    '%s in %s costs what it may',
    (_, __, cost) => expect(cost.problem).toBeUndefined(),
  );

  it('are found out when one is too long or needs UCS-2', () => {
    const costs = messageCosts(
      {
        long: message({ text: { en: () => 'a'.repeat(400), 'pt-BR': () => 'a' }, sample: {} }),
        dear: message({ text: { en: () => 'a', 'pt-BR': () => 'não' }, sample: {} }),
      },
      locales,
    );
    expect(costs.map(({ problem }) => problem)).toEqual([
      '3 segments, 2 at most',
      undefined,
      undefined,
      'needs UCS-2 for "ã"',
    ]);
  });
});
