import type { Duration } from '../catalog/duration';

/** Where something stands in the sources; `file` as it was given to the reader, `line` from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A journey as its source says it, read without running it. */
export interface JourneySource {
  readonly id: string;
  readonly version: number;
  readonly at: Place;
  /** What its doc comment says. */
  readonly about?: string;
  /** The policy's own members, with where each stands; what is spread into it stands where the policy does. */
  readonly policy: PolicySource;
  readonly flow: Block;
  /** The flow as one line of code, without comments and layout: what a published version is compared by. */
  readonly code: string;
}

export interface PolicySource {
  readonly at: Place;
  readonly places: { readonly [member: string]: Place };
  /** What could be evaluated; absent members are absent or not known from the source alone. */
  readonly values: { readonly [member: string]: unknown };
}

export type Block = readonly FlowNode[];

export type FlowNode =
  | StepNode
  | { readonly kind: 'branch'; readonly at: Place; readonly test: Test; readonly arms: readonly Arm[] }
  | LoopNode
  /** Things done side by side: `Promise.all` and its kin. */
  | { readonly kind: 'parallel'; readonly at: Place; readonly how: string; readonly lanes: readonly Block[] }
  | {
      readonly kind: 'try';
      readonly at: Place;
      readonly body: Block;
      readonly onError?: Block;
      readonly always?: Block;
    }
  /** A helper function of the same module, followed. */
  | { readonly kind: 'helper'; readonly at: Place; readonly name: string; readonly body: Block }
  /** Code that may take steps and that is not followed. */
  | { readonly kind: 'opaque'; readonly at: Place; readonly text: string; readonly why: string }
  /** The flow goes elsewhere. */
  | { readonly kind: 'leave'; readonly at: Place; readonly how: 'return' | 'throw' | 'continue' | 'break' };

export interface StepNode {
  readonly kind: 'step';
  readonly at: Place;
  readonly step: Step;
}

export interface LoopNode {
  readonly kind: 'loop';
  readonly at: Place;
  /** The head, in words. */
  readonly head: string;
  /** How often at most, where the source says it; `unknown` where it ends by a condition, `never` where by none. */
  readonly bound: number | 'unknown' | 'never';
  readonly body: Block;
}

export interface Arm {
  /** `yes` and `no` of a condition, the case of a switch. */
  readonly label: string;
  readonly body: Block;
}

/** What a branch asks. An answer of a step asked by its `ok` alone is told apart, so that a drawing can name the wait's ends. */
export interface Test {
  readonly text: string;
  readonly answerOf?: Step;
  /** It asks whether the answer is not `ok`. */
  readonly negated?: boolean;
}

/** A value of the source: every value it can have, or, where that is not known, its text. */
export type Read<T> =
  | { readonly known: true; readonly values: readonly T[]; readonly text: string }
  | { readonly known: false; readonly text: string };

export interface WaitedEvent {
  readonly event: Read<string>;
  /** Properties that it must have, each with the text of its value. */
  readonly where: { readonly [property: string]: string };
}

export type Step =
  | {
      readonly kind: 'send';
      readonly message: Read<string>;
      /** Names the step where it is not the message. */
      readonly name?: Read<string>;
      /** Text of `deadline`, else `offer` where the data hold one. */
      readonly deadline?: { readonly text: string; readonly offer?: Step };
    }
  | {
      readonly kind: 'grantOffer';
      readonly offer: Read<string>;
      readonly expiresIn?: Read<Duration>;
    }
  | { readonly kind: 'wait'; readonly duration: Read<Duration>; readonly name?: Read<string> }
  | { readonly kind: 'until'; readonly target: string; readonly name?: Read<string> }
  | {
      readonly kind: 'waitFor';
      readonly events: readonly WaitedEvent[];
      /** Absent: the source shows that there is none. */
      readonly timeout?: Read<Duration>;
      readonly lookback?: Read<Duration>;
      readonly name?: Read<string>;
    }
  | { readonly kind: 'profile' }
  | { readonly kind: 'outcome'; readonly name: Read<string> }
  | { readonly kind: 'experiment'; readonly name: Read<string>; readonly arms: string }
  /** Something else that `j` can do. */
  | { readonly kind: 'call'; readonly name: string; readonly text: string };
