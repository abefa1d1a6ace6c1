/** Of the source that all events of the benchmarks come through. */
export const writeKey = 'bench-write-key';

/** What a client of that source sends with each call. */
export const segmentHeaders = {
  authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
  'content-type': 'application/json',
};
