import { event, z } from '../../catalog/public';
import { sampleProperties, variantsOf } from '../../publishing/samples';

const at = Date.parse('2027-02-01T15:00:00Z');

describe('the properties that a trigger may have', () => {
  const ordered = event(
    z.looseObject({
      orderId: z.string(),
      tier: z.enum(['basic', 'gold']),
      express: z.boolean(),
      channel: z.union([z.literal('app'), z.literal('web')]),
      total: z.number().optional(),
      email: z.string().optional(),
    }),
    { pii: ['email'] },
  );
  const plain = { orderId: 'sample', tier: 'basic', express: true, channel: 'app', total: 1 };

  it('are the plainest that fit, without what is personal', () => {
    expect(sampleProperties(ordered, at)).toEqual(plain);
  });

  it('and each of those that the plan names, one at a time', () => {
    const { total: _left, ...without } = plain;
    expect(variantsOf(ordered, at)).toEqual([
      { words: 'with tier gold', properties: { ...plain, tier: 'gold' } },
      { words: 'with express false', properties: { ...plain, express: false } },
      { words: 'with channel web', properties: { ...plain, channel: 'web' } },
      { words: 'without total', properties: without },
    ]);
  });
});
