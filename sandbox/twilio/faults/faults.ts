import { type DeliveryFault, type FaultSpec, isDeliveryFault, type RequestFault } from './fault';

/** A fault that was asked for, with what became of it so far. */
export interface Fault {
  readonly id: string;
  readonly spec: FaultSpec;
  /** How often it could have happened. */
  readonly asked: number;
  /** How often it happened. */
  readonly fired: number;
}

/** The faults in force. It decides, the state records: nothing here changes but through `put`, `count` and `clear`. */
export class Faults {
  readonly #faults = new Map<string, Fault>();

  /** Oldest first; spent ones stay to be read until they are cleared. */
  all(): readonly Fault[] {
    return [...this.#faults.values()];
  }

  put(fault: Fault): void {
    if (this.#faults.size >= maxKept) this.#forgetOldestSpent();
    this.#faults.set(fault.id, fault);
  }

  isFull(): boolean {
    return this.all().filter((fault) => remainingOf(fault) !== 0).length >= maxKept;
  }

  count(id: string, counts: { asked: number; fired: number }): void {
    const fault = this.#faults.get(id);
    if (fault) this.#faults.set(id, { ...fault, ...counts });
  }

  clear(id?: string): void {
    if (id === undefined) this.#faults.clear();
    else this.#faults.delete(id);
  }

  /** The first fault that could happen to this call, with whether it does. */
  forRequest(call: { on: 'create' | 'read'; to: string | undefined }): FaultDraw<RequestFault>[] {
    const draws: FaultDraw<RequestFault>[] = [];
    for (const fault of this.#faults.values()) {
      const { spec } = fault;
      if (isDeliveryFault(spec) || !concerns(fault, call.to)) continue;
      if (call.on !== ('on' in spec ? spec.on : 'create')) continue;
      const drawn = draw(fault, spec);
      draws.push(drawn);
      if (drawn.fires) break;
    }
    return draws;
  }

  /** Every fault that could happen to the delivery of a message, with whether it does. */
  forDelivery(to: string): FaultDraw<DeliveryFault>[] {
    const draws: FaultDraw<DeliveryFault>[] = [];
    for (const fault of this.#faults.values()) {
      const { spec } = fault;
      if (isDeliveryFault(spec) && concerns(fault, to)) draws.push(draw(fault, spec));
    }
    return draws;
  }

  #forgetOldestSpent(): void {
    const spent = this.all().find((fault) => remainingOf(fault) === 0);
    if (spent) this.#faults.delete(spent.id);
  }
}

export interface FaultDraw<Spec extends FaultSpec> {
  readonly id: string;
  readonly spec: Spec;
  readonly fires: boolean;
  /** The counts to record, whether it fires or not. */
  readonly counts: { readonly asked: number; readonly fired: number };
}

/** How often it will still happen, null when it always does. */
export function remainingOf(fault: Fault): number | null {
  return fault.spec.times === 'always' ? null : Math.max(0, fault.spec.times - fault.fired);
}

const maxKept = 200;

function concerns(fault: Fault, to: string | undefined): boolean {
  if (remainingOf(fault) === 0) return false;
  return fault.spec.to === undefined || fault.spec.to === to;
}

function draw<Spec extends FaultSpec>(fault: Fault, spec: Spec): FaultDraw<Spec> {
  const fires = spec.probability >= 1 || uniform(spec.seed, fault.asked) < spec.probability;
  const counts = { asked: fault.asked + 1, fired: fault.fired + (fires ? 1 : 0) };
  return { id: fault.id, spec, fires, counts };
}

/** The nth draw from [0, 1) of a seed: a pure function, so that a restart goes on where it was (splitmix32). */
function uniform(seed: number, nth: number): number {
  let x = (seed + Math.imul(nth + 1, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}
