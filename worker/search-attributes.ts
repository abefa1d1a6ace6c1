import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import type { RunInput } from '../workflows/runtime/contract';
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

/** Registers the search attributes that the namespace lacks: a start that names an unknown one is refused. */
export async function ensureSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = [journeyId, journeyVersion, profileId]
    .map((key) => key.name)
    .filter((name) => customAttributes[name] === undefined);
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
