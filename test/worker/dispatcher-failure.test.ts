import { ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { faultOf } from '../../worker/dispatcher/failure';

const grpc = (code: number, message = 'no') =>
  Object.assign(new Error(message), { code, details: '', metadata: {} });
const wrapped = (code: number, message?: string) =>
  new ServiceError('Failed', { cause: grpc(code, message) });

describe('whose fault a failed delivery is', () => {
  it.each([
    ['unavailable', wrapped(14)],
    ['deadline exceeded', wrapped(4)],
    ['resource exhausted', wrapped(8)],
    ['a canceled call', wrapped(1)],
    ['no permission', grpc(7)],
    ['a namespace that is not there', new NamespaceNotFoundError('default')],
    [
      'a search attribute that the namespace lacks',
      wrapped(3, 'Namespace default has no mapping defined for search attribute JourneyId'),
    ],
    ['a connection that broke', wrapped(2, 'transport error')],
    ['a database that refuses connections', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ])('is nobody’s: %s', (_, error) => expect(faultOf(error)).toBe('outage'));

  it.each([
    ['an invalid argument', wrapped(3)],
    ['a failed precondition', wrapped(9)],
    ['a payload that is no JSON', new SyntaxError('Unexpected token')],
  ])('is the row’s: %s', (_, error) => expect(faultOf(error)).toBe('row'));

  it.each([
    ['internal', wrapped(13)],
    ['unknown', wrapped(2, 'sql: database is closed')],
  ])('is unclear: %s', (_, error) => expect(faultOf(error)).toBe('unclear'));
});
