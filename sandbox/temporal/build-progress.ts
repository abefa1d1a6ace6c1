/** Turns the output of `go list` and `go build -v` into a line every few seconds, with time left. */
export class BuildProgress {
  readonly #log: (line: string) => void;
  readonly #every: number;
  readonly #startedAt = Date.now();
  #saidAt = Date.now();
  #downloads = 0;
  #packages = 0;
  #compiled = 0;
  #compilingSince = 0;

  /** `every`: least milliseconds between two lines. */
  constructor(log: (line: string) => void, every = 5_000) {
    this.#log = log;
    this.#every = every;
  }

  downloading(output: string): void {
    this.#downloads += count(output, /^go: downloading /gm);
    this.#say(() => `Temporal: fetching modules (${this.#downloads} so far)`);
  }

  compiling(packages: number): void {
    this.#packages = packages;
    this.#compilingSince = Date.now();
  }

  compiled(output: string): void {
    this.#compiled += count(output, /^[^\s#:]+$/gm);
    this.#say(() => this.#compileLine());
  }

  done(): void {
    this.#log(`Temporal: built in ${seconds(Date.now() - this.#startedAt)}`);
  }

  #compileLine(): string {
    const done = Math.min(this.#compiled, this.#packages);
    if (done >= this.#packages) return 'Temporal: linking';
    const percent = Math.floor((100 * done) / this.#packages);
    const left = ((Date.now() - this.#compilingSince) / Math.max(done, 1)) * (this.#packages - done);
    return `Temporal: compiled ${done} of ${this.#packages} packages (${percent} %), about ${seconds(left)} left`;
  }

  #say(line: () => string): void {
    if (Date.now() - this.#saidAt < this.#every) return;
    this.#saidAt = Date.now();
    this.#log(line());
  }
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
