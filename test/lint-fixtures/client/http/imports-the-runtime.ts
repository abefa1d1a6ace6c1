// fails: eslint(no-restricted-imports)
import { Inbox } from '../../workflows/runtime/inbox';

export const inbox = new Inbox();
