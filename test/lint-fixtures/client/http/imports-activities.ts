// fails: eslint(no-restricted-imports)
import { send } from '../../activities/send';

export const text = send;
