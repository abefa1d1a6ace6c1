import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../config/logger';
import type { RunInput } from '../workflows/runtime/contract';
import { faultOf, grpcCode } from './dispatcher/failure';
import { WorkerError } from './errors';

const journeyId = defineSearchAttributeKey('JourneyId', SearchAttributeType.KEYWORD);
const journeyVersion = defineSearchAttributeKey('JourneyVersion', SearchAttributeType.KEYWORD);
const profileId = defineSearchAttributeKey('ProfileId', SearchAttributeType.KEYWORD);

/** What runs are found by in Temporal. Readable to whoever reads the server: ids only. */
export function searchAttributes(
  input: Pick<RunInput, 'journey' | 'version' | 'profileId'>,
): SearchAttributePair[] {
  return [
    { key: journeyId, value: input.journey },
    { key: journeyVersion, value: String(input.version) },
    { key: profileId, value: input.profileId },
  ];
}

/**
 * Registers the search attributes that the namespace lacks: a start that names an unknown one is refused. Where we may
 * not even look (Temporal Cloud), they have to be there.
 */
export async function ensureSearchAttributes(
  connection: NativeConnection,
  namespace: string,
  log: Logger,
): Promise<void> {
  const names = [journeyId, journeyVersion, profileId].map((key) => key.name);
  const missing = await missingOf(connection, namespace, names);
  if (missing === undefined) {
    log.warn(
      { namespace },
      `search attributes cannot be looked up: ${names.join(', ')} have to be Keywords there`,
    );
    return;
  }
  if (missing.length === 0) return;
  const keyword = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  } catch (cause) {
    throw new WorkerError(
      'SEARCH_ATTRIBUTES_MISSING',
      `The Temporal namespace ${namespace} has no search attribute ${missing.join(', ')} and does not let us add it: add it as a Keyword.`,
      { cause },
    );
  }
}

/** Undefined where the server does not say. */
async function missingOf(
  connection: NativeConnection,
  namespace: string,
  names: readonly string[],
): Promise<string[] | undefined> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return names.filter((name) => customAttributes[name] === undefined);
  } catch (error) {
    if (faultOf(error) === 'outage' && !isDenied(error)) throw error;
    return undefined;
  }
}

const isDenied = (error: unknown) => [7, 16].includes(grpcCode(error) ?? 0);
