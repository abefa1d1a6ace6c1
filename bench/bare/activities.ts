import type { Poster } from '../lab/http';

export interface Text {
  readonly to: string;
  readonly body: string;
}

export interface Activities {
  send(text: Text): Promise<void>;
}

export function createActivities(provider: Poster): Activities {
  return {
    send: async ({ to, body }) => {
      await provider.post('/Messages.json', new URLSearchParams({ To: to, Body: body }).toString());
    },
  };
}
