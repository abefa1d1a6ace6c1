import { listReviews, type ReviewRow, settleReview } from '../../store/consent-reviews';
import { lockCustomerOf } from '../../store/customer-lock';
import { type Database, type Queryable, tx } from '../../store/database';
import { readReference } from '../api/customer-reference';
import { readTextCursor, writeCursor } from '../api/cursor';
import { type Page, pageOf } from '../api/page';
import { iso } from '../api/present';
import { HttpError } from '../http/http-error';

/** A STOP in free words that somebody should look at. */
export interface ReviewItem {
  /** Id of the customer who has the number now. */
  readonly customer?: string;
  readonly channel: string;
  /** E.164 */
  readonly key: string;
  readonly wording?: string;
  readonly source: string;
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

function itemOf({ profileId, channel, address, wording, source, at }: ReviewRow): ReviewItem {
  return {
    ...(profileId !== null && { customer: profileId }),
    channel,
    key: address,
    ...(wording !== null && { wording }),
    source,
    at: iso(at),
  };
}

export interface Look {
  readonly channel: string;
  /** The number, in any spelling. */
  readonly key: string;
  readonly actor: string;
  readonly note: string;
}

/**
 * Marks one as looked at, with who did it and what they found. It opens nothing: whoever did not mean it texts START.
 * Throws 404 `not_under_review` where there is none, or somebody has looked at it before.
 */
export async function settle(
  db: Database,
  country: string,
  { channel, key, actor, note }: Look,
): Promise<void> {
  const address = readReference(`phone:${key}`, country)?.[0]?.value ?? key;
  const settled = await tx(db, async (queryable) => {
    const profileId = await lockCustomerOf(queryable, 'phone', address);
    return settleReview(queryable, profileId, { channel, address, actor, note });
  });
  if (!settled) {
    throw new HttpError(
      404,
      'not_under_review',
      'No STOP of this number is under review: somebody has looked at it, or the person has texted START.',
    );
  }
}
