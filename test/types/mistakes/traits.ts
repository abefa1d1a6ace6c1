import { journey } from 'jornada';
import { audience } from 'jornada/catalog';
import type { TestCustomer } from 'jornada/testing';

export const mistaken = journey(
  'trait',
  { version: 1, purpose: 'marketing', enter: { on: 'Account Registered' }, reentry: 'never' },
  async (j) => {
    const { traits } = await j.profile();
    // mistake: Property 'plann' does not exist
    await j.outcome('plan', traits.plann);
    // mistake: have no overlap
    if (traits.plan === 'premium') return;
    // mistake: possibly 'undefined'
    if (traits.points > 100) return;
    // mistake: Property 'lastName' does not exist
    await j.outcome('name', traits.lastName);
    // mistake: Property 'firstName' does not exist
    await j.outcome('name', traits.firstName);
    // mistake: 'string | undefined' is not assignable
    await j.send('feature-how-to', { feature: traits.region });
  },
);

// mistake: "plann"
export const misspelled = audience({ trait: 'plann', in: ['plus'] });

// mistake: "premium"
export const impossible = audience({ all: [{ trait: 'plan', in: ['plus', 'premium'] }] });

// mistake: 'string' is not assignable
export const mistyped = audience({ trait: 'points', in: ['many'] });

export async function told(customer: TestCustomer): Promise<void> {
  // mistake: "premium"
  await customer.is({ plan: 'premium' });
}
