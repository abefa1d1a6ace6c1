/** What one call may hold. Sizes are of the inflated body and of an event serialized as JSON, in bytes. */
export const limits = {
  bodyBytes: 512_000,
  eventBytes: 32_768,
  batchEvents: 2_500,
  messageIdCharacters: 100,
  /** Levels of objects and lists; beyond it an event could not be written as JSON everywhere it has to go. */
  depth: 100,
} as const;
