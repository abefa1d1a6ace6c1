/**
 * A reader that has seen enough (`| head`) is no failure: a command ends there. One that runs until it is told to stop,
 * and so listens for signals, goes on unheard: others may be served by it.
 */
export function endUnheard(stream: NodeJS.EventEmitter): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (process.listenerCount('SIGTERM') === 0) process.exit();
  });
}
