/** The workspace's limits of identifiers would make one person of many. Set them right and start again. */
export class IdentifierLimitsInvalid extends Error {
  readonly code = 'CONFIG_INVALID';

  constructor(problem: string) {
    super(`identifierLimits of the workspace: ${problem}`);
    this.name = 'IdentifierLimitsInvalid';
  }
}

/** Who is who changed while the transaction waited for its locks: it starts again. Never leaves `applyEvents`. */
export class IdentitiesChanged extends Error {
  readonly code = 'IDENTITIES_CHANGED';

  constructor() {
    super('Identifiers of the batch have moved to profiles that it has not locked.');
    this.name = 'IdentitiesChanged';
  }
}

/** Others kept changing the same customers. Nothing was stored: the batch may be tried again. */
export class IngestConflict extends Error {
  readonly code = 'INGEST_CONFLICT';

  constructor(attempts: number, options: { cause: unknown }) {
    super(`The batch met other changes of the same customers ${attempts} times; try it again.`, options);
    this.name = 'IngestConflict';
  }
}
