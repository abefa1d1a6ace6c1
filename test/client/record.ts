import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../store/database';
import { ensurePartition } from '../../store/partitions';

/** Writes a customer's record straight into the tables, to be read back. */
export function recordOf(db: Queryable, profileId: string = randomUUID()) {
  const insert = async (table: string, row: object) => {
    const entries = Object.entries(row);
    const columns = entries.map(([column]) => `"${column}"`).join(', ');
    const places = entries.map((_, i) => `$${i + 1}`).join(', ');
    await db.query(
      `insert into ${table} (${columns}) values (${places})`,
      entries.map(([, value]) =>
        value !== null && typeof value === 'object' && !(value instanceof Date)
          ? JSON.stringify(value)
          : value,
      ),
    );
  };
  return {
    profileId,
    insert,

    async profile(row: object = {}, identifiers: { [type: string]: string } = {}) {
      await insert('profiles', { profile_id: profileId, created_at: '2027-01-01T00:00:00Z', ...row });
      for (const [type, value] of Object.entries(identifiers)) {
        await insert('identifiers', {
          type,
          value,
          profile_id: profileId,
          attached_at: '2027-01-01T00:00:00Z',
        });
      }
    },

    async event(name: string, at: string, row: object = {}) {
      await ensurePartition(db, 'events', new Date(at));
      await insert('events', {
        profile_id: profileId,
        message_id: randomUUID(),
        type: 'track',
        name,
        properties: {},
        source: 'default',
        timestamp: at,
        received_at: at,
        ...row,
      });
    },

    async enrollment(journey: string, at: string, row: object = {}): Promise<string> {
      const enrollmentId = randomUUID();
      await insert('enrollments', {
        enrollment_id: enrollmentId,
        profile_id: profileId,
        journey,
        version: 1,
        status: 'open',
        entered_at: at,
        trigger_at: at,
        trigger_message_id: randomUUID(),
        trigger_properties: {},
        day_zero: at.slice(0, 10),
        ...row,
      });
      return enrollmentId;
    },

    async change(journey: string, status: string, at: string, row: object = {}) {
      await insert('enrollment_changes', { profile_id: profileId, at, journey, version: 1, status, ...row });
    },

    async decision(enrollmentId: string, at: string, row: object = {}) {
      await ensurePartition(db, 'decisions', new Date(at));
      await insert('decisions', {
        profile_id: profileId,
        enrollment_id: enrollmentId,
        step: 'flash-reward',
        occurrence: 1,
        message: 'flash-reward',
        verdict: 'send',
        checks: '[]',
        at,
        ...row,
      });
    },

    async send(enrollmentId: string, at: string, row: object = {}): Promise<string> {
      const sendId = randomUUID();
      await insert('sends', {
        send_id: sendId,
        enrollment_id: enrollmentId,
        profile_id: profileId,
        journey: 'flash-reward',
        step: 'flash-reward',
        occurrence: 1,
        message: 'flash-reward',
        purpose: 'moment',
        channel: 'sms',
        address: '+12125550142',
        locale: 'en',
        body: 'Thanks!',
        segments: 1,
        status: 'reserved',
        created_at: at,
        status_at: at,
        ...row,
      });
      return sendId;
    },
  };
}
