import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import type { SandboxMessage } from '../../../sandbox/twilio/control/sandbox-message';
import type { TestWorld } from './world';

export type Form = { readonly [field: string]: string };

/** What a test does in Twilio's place, and what it can see there. */
export interface Twilio {
  /** Asks for a fault of the sandbox. */
  fault(spec: { fault: string; [option: string]: unknown }): Promise<Fault>;
  /** What was accepted for a number, in order, without Twilio's own replies. */
  accepted(phone: string): Promise<SandboxMessage[]>;
  /** Posts a status callback as Twilio would, or as `forged` says. Answers the HTTP status. */
  callback(sendId: string, form: Form, forged?: Forged): Promise<number>;
  /** Posts an inbound text as Twilio would, or as `forged` says. */
  inbound(form: Form, forged?: Forged): Promise<Response>;
}

export interface Fault {
  /** How often it has happened so far. */
  fired(): Promise<number>;
  clear(): Promise<void>;
}

/** What is wrong with a signature. */
export interface Forged {
  /** Signed by another token. */
  readonly token?: string;
  /** Signed for another address. */
  readonly path?: string;
  /** Signed over another form. */
  readonly form?: Form;
  /** Not signed at all. */
  readonly unsigned?: true;
}

export function twilioOf(world: Pick<TestWorld, 'home' | 'stack' | 'call'>): Twilio {
  const keys = JSON.parse(readFileSync(join(world.home, 'keys.json'), 'utf8')) as { twilioAuthToken: string };

  const post = (path: string, form: Form, forged: Forged = {}): Promise<Response> => {
    const token = forged.token ?? keys.twilioAuthToken;
    const signed = getExpectedTwilioSignature(
      token,
      world.stack.url + (forged.path ?? path),
      forged.form ?? form,
    );
    return fetch(world.stack.url + path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: forged.unsigned ? {} : { 'x-twilio-signature': signed },
    });
  };
  const items = async <Item>(path: string) =>
    (await world.call<{ items: readonly Item[] }>('GET', path)).body.items;

  return {
    async fault(spec) {
      const { status, body } = await world.call<{ id: string }>('POST', '/sandbox/faults', spec);
      if (status !== 201) throw new Error(`The sandbox refuses the fault: ${JSON.stringify(body)}`);
      const { id } = body;
      return {
        fired: async () => {
          const faults = await items<{ id: string; fired: number }>('/sandbox/faults');
          return faults.find((fault) => fault.id === id)?.fired ?? 0;
        },
        clear: async () => {
          await world.call('DELETE', `/sandbox/faults/${id}`);
        },
      };
    },
    async accepted(phone) {
      const path = `/sandbox/messages?direction=outbound&limit=1000&to=${encodeURIComponent(phone)}`;
      return (await items<SandboxMessage>(path)).filter(({ reply }) => !reply);
    },
    callback: async (sendId, form, forged) =>
      (await post(`/webhooks/twilio/status?m=${sendId}`, form, forged)).status,
    inbound: (form, forged) => post('/webhooks/twilio/inbound', form, forged),
  };
}
