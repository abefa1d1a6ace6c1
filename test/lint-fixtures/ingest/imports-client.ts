// fails: eslint(no-restricted-imports)
import { segmentError } from '../client/segment/errors';

export const error = segmentError;
