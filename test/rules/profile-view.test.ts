import { systemTraits } from '../../catalog/system-traits';
import { trait, z } from '../../catalog/public';
import { profileView } from '../../rules/profile-view';

const declared = {
  plan: trait(z.enum(['basic', 'plus'])),
  points: trait(z.number().int()),
  tags: trait(z.array(z.string())),
  code: trait(z.string().transform((code) => code.length)),
  company: trait(z.string(), { pii: true }),
  last_name: trait(z.string()),
};

function seen(traits: { readonly [trait: string]: unknown }, by: object = declared) {
  const customer = { traits, stage: null, timezone: 'America/New_York' };
  return profileView(customer, { locales: ['en', 'pt-BR'], declared: { ...by } }).traits;
}

describe('the traits that a run sees', () => {
  it('are those that are declared', () => {
    expect(seen({ plan: 'plus', points: 3, shoeSize: 44 })).toEqual({ plan: 'plus', points: 3 });
  });

  it.each([
    ['plan', 'gold'],
    ['plan', null],
    ['points', '3'],
    ['points', 3.5],
    ['tags', ['a', 1]],
    ['region', 5],
    ['timezone', {}],
  ])('are without %s where it is %j, which is not what was declared', (name, value) => {
    expect(seen({ [name]: value, code: 'abc' })).toEqual({ code: 'abc' });
  });

  it('are as they came, whatever the declaration makes of them', () => {
    expect(seen({ code: 'abc' })).toEqual({ code: 'abc' });
  });

  it('are without what is personal, declared or by its name', () => {
    const names = ['company', 'phone', 'email', 'firstName', 'last_name', 'lastName', 'Birthday'];
    expect(seen(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual({});
  });

  it('are the zone, the language and the region where nothing is declared', () => {
    const known = { timezone: 'America/Chicago', locale: 'pt', region: 'US-TX' };
    expect(seen({ ...known, plan: 'plus' }, {})).toEqual(known);
  });

  it('may be declared more narrowly than they mean', () => {
    const region = trait(z.enum(['US-TX', 'US-FL']));
    expect(systemTraits.region.schema.safeParse('Texas').success).toBe(true);
    expect(seen({ region: 'Texas' }, { region })).toEqual({});
    expect(seen({ region: 'US-FL' }, { region })).toEqual({ region: 'US-FL' });
  });

  it('are none that only a prototype has', () => {
    expect(seen({}, { constructor: trait(z.unknown()) })).toEqual({});
  });
});
