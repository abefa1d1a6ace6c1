import { SegmentedMessage } from 'sms-segments-calculator';

/** How many SMS parts a text takes; Twilio counts a message with media as one. */
export function countSegments(body: string, options: { media: number; smartEncoding: boolean }): number {
  if (options.media > 0) return 1;
  return Math.max(1, new SegmentedMessage(body, 'auto', options.smartEncoding).segmentsCount);
}
