import { z } from 'zod';
import { event } from '../../catalog/define';
import { runProperties } from '../../rules/run-properties';

const plan = event(z.looseObject({ visitId: z.string(), phone: z.string().optional() }), {
  versions: { 2: z.looseObject({ visitId: z.string(), room: z.string() }) },
  pii: ['phone'],
});

describe('the properties of an event that runs see', () => {
  it('are those that some version of it declares, without those tagged pii', () => {
    const properties = { visitId: 'V1', room: '7', phone: '+12125550142' };
    expect(runProperties(plan, properties)).toEqual({ visitId: 'V1', room: '7' });
  });

  it('are not those that a service has put beside them, whatever they are called', () => {
    const properties = { visitId: 'V1', mobile: '+12125550142', patient: { name: 'Anna' } };
    expect(runProperties(plan, properties)).toEqual({ visitId: 'V1' });
  });

  it('are none where the plan does not know the event', () => {
    expect(runProperties(undefined, { visitId: 'V1' })).toEqual({});
  });
});
