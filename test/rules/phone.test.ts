import { toE164 } from '../../rules/phone';

describe('a phone number', () => {
  test.each([
    ['(212) 555-0142', '+12125550142'],
    ['212.555.0142', '+12125550142'],
    ['+1 212 555 0142', '+12125550142'],
    ['1-212-555-0142', '+12125550142'],
    [' 2125550142 ', '+12125550142'],
    ['whatsapp:+1 212 555 0142', '+12125550142'],
    ['WhatsApp:2125550142', '+12125550142'],
    ['tel:+12125550142', '+12125550142'],
    ['011 44 20 7946 0018', '+442079460018'],
    ['+55 (11) 99999-0000', '+5511999990000'],
    [2125550142, '+12125550142'],
    ['٢١٢٥٥٥٠١٤٢', '+12125550142'],
  ])('%s is %s in the United States', (spelling, e164) => {
    expect(toE164(spelling, 'US')?.e164).toBe(e164);
  });

  test.each([
    ['(11) 99999-0000', '+5511999990000'],
    ['+1 212 555 0142', '+12125550142'],
  ])('%s is %s in Brazil', (spelling, e164) => {
    expect(toE164(spelling, 'BR')?.e164).toBe(e164);
  });

  test.each([
    ['too short', '555-0142'],
    ['a short code', '22395'],
    ['too long', '+1212555014299'],
    ['no number', 'not yet known'],
    ['letters', '1-800-FLOWERS'],
    ['a sentence around it', 'call 212 555 0142'],
    ['an extension', '+1 212 555 0142 ext 5'],
    ['an extension by RFC 3966', 'tel:+12125550142;ext=5'],
    ['no country', '+999 123 456 789'],
    ['empty', ''],
    ['long text', '1'.repeat(10_000)],
    ['null', null],
    ['a list', ['+12125550142']],
    ['not a finite number', Number.NaN],
  ])('is none: %s', (_, value) => {
    expect(toE164(value, 'US')).toBeNull();
  });

  test('may be possible without being assigned', () => {
    expect(toE164('+11999990000', 'US')).toEqual({ e164: '+11999990000', isShared: false });
  });

  test.each(['+18005550199', '+18885550123', '+19005550123'])('%s is shared by many', (number) => {
    expect(toE164(number, 'US')?.isShared).toBe(true);
  });

  test.each(['+12125550142', '+5511999990000', '+442079460018'])('%s is one person’s', (number) => {
    expect(toE164(number, 'US')?.isShared).toBe(false);
  });
});
