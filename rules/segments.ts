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
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName,
    segments: message.segmentsCount,
    nonGsm: [...new Set(message.getNonGsmCharacters())],
  };
}
