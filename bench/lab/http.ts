import { Agent, request } from 'node:http';

/** Posts on connections that stay open. */
export interface Poster {
  /** Throws unless it is answered 2xx. */
  post(path: string, body: string): Promise<string>;
  close(): void;
}

export function poster(url: string, headers: { readonly [name: string]: string }): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const length = String(Buffer.byteLength(body));
        const call = request(
          new URL(path, url),
          { method: 'POST', agent, headers: { ...headers, 'content-length': length } },
          (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (chunk: string) => {
              text += chunk;
            });
            response.on('end', () => {
              if (response.statusCode === 200 || response.statusCode === 201) resolve(text);
              else reject(new Error(`${path} answered ${response.statusCode}: ${text}`));
            });
          },
        );
        call.on('error', reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
