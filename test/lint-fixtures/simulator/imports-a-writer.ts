// fails: eslint(no-restricted-imports)
import { openSend } from '../store/sends';

export const send = openSend;
