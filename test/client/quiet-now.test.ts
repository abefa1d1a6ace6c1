import { quietNow, timeOfDay } from '../../client/cli/compose/quiet-now';

const newYork = { timezone: 'America/New_York', quietHours: { from: '21:00', to: '08:00' } };

describe('who starts a stack is told the time where the customers are', () => {
  it('and at night, until when texts wait and how to be there', () => {
    const night = new Date('2027-02-03T02:37:11.001Z');
    expect(timeOfDay(night, newYork)).toBe('21:37 in America/New_York');
    expect(quietNow(night, newYork)).toEqual([
      '',
      'It is quiet there: whatever is not transactional waits until 08:00 in America/New_York. To be there at once:',
      '  npx jornada travel 2027-02-03T13:00:00Z',
    ]);
  });

  it('and no more than that by day, or where it is never quiet', () => {
    expect(quietNow(new Date('2027-02-02T15:00:00Z'), newYork)).toEqual([]);
    const never = { ...newYork, quietHours: { from: '00:00', to: '00:00' } };
    expect(quietNow(new Date('2027-02-03T02:37:00Z'), never)).toEqual([]);
  });
});
