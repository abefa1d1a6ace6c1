import type { CreateResult } from '../activities/provider/provider';

/** A message as it would be handed to the provider. */
export interface Handed {
  readonly sendId: string;
  readonly message: string;
  readonly to: string;
  readonly body: string;
  /** Which create call of the row it is, from 1. */
  readonly create: number;
  readonly at: Date;
}

/** What a provider would have done with it. */
export interface ProviderAnswer {
  readonly result: CreateResult;
  /** What its callbacks say of a message that it accepted; absent: nothing. */
  readonly report?: { readonly status: string; readonly errorCode: string | null };
  /** Of a call whose answer was lost: the provider's list shows the message. Default: it does not. */
  readonly listed?: boolean;
}

/** Stands where the provider stands, and sends nothing: there is nothing here that could. */
export type VirtualProvider = (message: Handed) => ProviderAnswer;

export function sidOf(sendId: string): string {
  return `SM${sendId.replaceAll('-', '')}`;
}

/** Takes everything, and says no more about it. */
export const takesAll: VirtualProvider = ({ sendId }) => ({
  result: { kind: 'accepted', providerSid: sidOf(sendId) },
});

/** Takes and delivers everything. */
export const deliversAll: VirtualProvider = (message) => ({
  report: { status: 'delivered', errorCode: null },
  ...takesAll(message),
});
