import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { countSegments } from '../../rules/segments';

const of = (n: number, character = 'a') => character.repeat(n);

describe('SMS segments', () => {
  it.each([
    [of(160), 'GSM-7', 1],
    [of(161), 'GSM-7', 2],
    [of(306), 'GSM-7', 2],
    [of(307), 'GSM-7', 3],
    [of(80, '€'), 'GSM-7', 1],
    [of(81, '€'), 'GSM-7', 2],
    [of(70, 'ã'), 'UCS-2', 1],
    [of(71, 'ã'), 'UCS-2', 2],
    [of(134, 'ã'), 'UCS-2', 2],
    [of(135, 'ã'), 'UCS-2', 3],
    [of(35, '😀'), 'UCS-2', 1],
    [of(36, '😀'), 'UCS-2', 2],
    [`${of(157)}á`, 'UCS-2', 3],
    [of(100, 'é'), 'GSM-7', 1],
  ])('%j is %s in %d', (text, encoding, segments) => {
    expect(countSegments(text)).toMatchObject({ encoding, segments });
  });

  it.each([...'áâãçêíóôõúÀÁÂÃÊÍÓÔÕÚºª', ...'ēë–—’“”…`°'])('%s forces UCS-2', (character) => {
    expect(countSegments(`abc${character}${character}`)).toMatchObject({
      encoding: 'UCS-2',
      nonGsm: [character],
    });
  });

  it.each([...'àèéìòùäöüñåøæßÉÇÑÄÖÜÅØÆ¡¿£¥§@_'])('%s does not', (character) => {
    expect(countSegments(`abc${character}`)).toMatchObject({ encoding: 'GSM-7', nonGsm: [] });
  });

  it('are those of the calculator, for plain texts and others', () => {
    const ascii = fc.string({ unit: 'binary-ascii', maxLength: 400 });
    const mostlyLetters = fc.string({ unit: fc.constantFrom(...'abc XYZ09.,\n€~ã😀'), maxLength: 400 });
    const accented = fc.string({
      unit: fc.constantFrom(...'¡£¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùü ab'),
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.oneof(ascii, mostlyLetters, accented, fc.string()), (text) => {
        const { encodingName, segmentsCount } = new SegmentedMessage(text);
        expect(countSegments(text)).toMatchObject({ encoding: encodingName, segments: segmentsCount });
      }),
      { numRuns: 300 },
    );
  });
});
