import {
  listReviews,
  type Look,
  recordLook,
  type ReviewRow,
  settleReview,
} from '../../store/consent-reviews';
import { lockCustomerOf } from '../../store/customer-lock';
import { type Database, type Queryable, tx } from '../../store/database';
import { settleDoubts } from '../../store/inbound';
import { isStopped, stopAddress } from '../../store/suppressions';
import { readReference } from '../api/customer-reference';
import { readTextCursor, writeCursor } from '../api/cursor';
import { type Page, pageOf } from '../api/page';
import { iso } from '../api/present';
import { HttpError } from '../http/http-error';

/** A STOP in free words, or a text that may be one in other words, that somebody should look at. */
export interface ReviewItem {
  /** Id of the customer who has the number now. */
  readonly customer?: string;
  readonly channel: string;
  /** E.164 */
  readonly key: string;
  readonly wording?: string;
  readonly source: string;
  /** Whether it was taken for a STOP. What may be one has changed nothing. */
  readonly closed: boolean;
  readonly at: string;
}

/** Those that wait to be looked at, the longest first. */
export async function reviews(
  db: Queryable,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<Page<ReviewItem>> {
  const place = readTextCursor(after);
  const rows = await listReviews(db, {
    after: place && { at: place.instant, address: place.id },
    limit: limit + 1,
  });
  return pageOf(rows, limit, itemOf, ({ at, channel, address }) => writeCursor(at, `${channel} ${address}`));
}

function itemOf({ profileId, channel, address, wording, source, closed, at }: ReviewRow): ReviewItem {
  return {
    ...(profileId !== null && { customer: profileId }),
    channel,
    key: address,
    ...(wording !== null && { wording }),
    source,
    closed,
    at: iso(at),
  };
}

export interface Settling extends Look {
  readonly channel: string;
  /** The number, in any spelling. */
  readonly key: string;
  /** Closes the number: what was doubtful is a STOP. Default false. */
  readonly stop?: boolean | undefined;
}

/**
 * Marks what came from a number as looked at, with who did it and what they found, and answers whether the number is
 * closed. It opens nothing: whoever did not mean a STOP texts START. Throws 404 `not_under_review` where there is none,
 * or somebody has looked at it before.
 */
export async function settle(
  db: Database,
  country: string,
  { channel, key, stop = false, ...look }: Settling,
): Promise<{ readonly closed: boolean }> {
  const address = readReference(`phone:${key}`, country)?.[0]?.value ?? key;
  return tx(db, async (queryable) => {
    const profileId = (await lockCustomerOf(queryable, 'phone', address)) ?? null;
    const to = { profileId, channel, address };
    const wasStop = await settleReview(queryable, to);
    const [text] = await settleDoubts(queryable, to);
    if (!wasStop && text === undefined) {
      throw new HttpError(
        404,
        'not_under_review',
        'Nothing from this number is under review: somebody has looked at it, or the person has texted STOP or START.',
      );
    }
    if (stop && text !== undefined) {
      await stopAddress(queryable, to, { source: 'operator', actor: look.actor, wording: text });
    }
    await recordLook(queryable, to, look);
    return { closed: await isStopped(queryable, to) };
  });
}
