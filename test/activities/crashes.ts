import type { MessagingProvider } from '../../activities/provider/provider';
import type { Database, Statement } from '../../store/database';

/** Thrown where a process is killed: nothing after it runs. */
export class Killed extends Error {}

type When = 'before' | 'after';

/** A pool whose process dies at the nth statement that `matches`, before it is sent or after it took effect. */
export function dyingAt(pool: Database, matches: (text: string) => boolean, when: When, nth = 1): Database {
  let seen = 0;
  const dies = (statement: unknown) => {
    const { text, name } = typeof statement === 'string' ? { text: statement } : (statement as Statement);
    if (!matches(text) && !(name !== undefined && matches(name))) return false;
    seen += 1;
    return seen === nth;
  };
  const query =
    (run: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: unknown[]) => {
      const death = dies(args[0]);
      if (death && when === 'before') throw new Killed();
      const result = await run(...args);
      if (death) throw new Killed();
      return result;
    };
  return new Proxy(pool, {
    get(target, property) {
      if (property === 'query') return query((...args) => Reflect.apply(target.query, target, args));
      if (property !== 'connect') {
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return async () => {
        const client = await target.connect();
        return new Proxy(client, {
          get(inner, name) {
            if (name === 'query') return query((...args) => Reflect.apply(inner.query, inner, args));
            const value: unknown = Reflect.get(inner, name);
            return typeof value === 'function' ? value.bind(inner) : value;
          },
        });
      };
    },
  });
}

/** A pool on which a named statement fails with these errors before it works. */
export function failingAt(pool: Database, name: string, errors: readonly Error[]): Database {
  const left = [...errors];
  return new Proxy(pool, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      if (property !== 'query') return value.bind(target);
      return async (...args: unknown[]) => {
        const error = (args[0] as Statement).name === name ? left.shift() : undefined;
        if (error) throw error;
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** A provider whose caller dies before the create goes out, or once it was accepted. */
export function dyingCaller(provider: MessagingProvider, when: When): MessagingProvider {
  return {
    ...provider,
    create: async (message) => {
      if (when === 'before') throw new Killed();
      await provider.create(message);
      throw new Killed();
    },
  };
}
