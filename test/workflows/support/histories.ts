import { join } from 'node:path';
import type { Story } from './stories';

/** One folder per published version of a journey, one file per story. */
export const historyFolder = join(__dirname, '..', 'histories');

export function historyFile({ type, name }: Pick<Story, 'type' | 'name'>): string {
  return join(historyFolder, type, `${name.replaceAll(/[^a-z0-9]+/g, '-')}.json`);
}
