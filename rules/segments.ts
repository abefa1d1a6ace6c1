import { SegmentedMessage } from 'sms-segments-calculator';

export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** What is billed. */
  readonly segments: number;
  /** The characters outside GSM-7, once each: any one of them cuts a segment from 160 characters to 70. */
  readonly nonGsm: readonly string[];
}

/** How an SMS is encoded and how many segments it takes, without the provider's smart encoding. */
export function countSegments(text: string): Segments {
  if (plain.test(text)) return { encoding: 'GSM-7', segments: plainSegments(text.length), nonGsm: [] };
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName,
    segments: message.segmentsCount,
    nonGsm: [...new Set(message.getNonGsmCharacters())],
  };
}

/** Characters that are one septet each. Most texts have no others, and the library takes 0.4 ms for any. */
const plain = /^[\n !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z¡£¥§¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùü]+$/;

function plainSegments(length: number): number {
  return length <= 160 ? 1 : Math.ceil(length / 153);
}
