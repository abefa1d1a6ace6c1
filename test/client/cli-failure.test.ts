import { createServer } from 'node:http';
import { failureOf } from '../../client/cli/failure';
import { ClockError } from '../../sandbox/clock/errors';

it('a port that is taken is told with what to do, and is a fault of the environment', async () => {
  const first = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => first.once('listening', listening));
  const port = (first.address() as { port: number }).port;
  const second = createServer().listen(port, '127.0.0.1');
  const error = await new Promise((failed) => second.once('error', failed));
  await new Promise((closed) => first.close(closed));

  expect(failureOf(error)).toEqual({
    exitCode: 3,
    code: 'port_taken',
    message: `Port ${port} is taken: set PORT to another, or end what listens there.`,
  });
});

it('whatever is no error of ours is told in its own words', () => {
  expect(failureOf(new TypeError('x is not a function'))).toEqual({
    exitCode: 1,
    code: 'failed',
    message: 'x is not a function',
  });
});

it('a start that would turn the clock back is refused', () => {
  const error = new ClockError('clock_backwards', 400, 'It only moves forward.');
  expect(failureOf(error)).toEqual({
    exitCode: 6,
    code: 'clock_backwards',
    message: 'It only moves forward.',
  });
});
