import { type Identifier, identifierKey, isDevice } from './identifiers';
import { type IdentifierLimits, limitOf, MOST_IDENTIFIERS } from './limits';

/** A profile as the graph knows it. */
export interface KnownProfile {
  readonly profileId: string;
  readonly createdAt: Date;
}

/** Whose an event is, and what it changed in the graph, in the order it happened. */
export interface Resolution {
  /** Of the profile the event belongs to. */
  readonly profileId: string;
  readonly created: boolean;
  /** Profiles that became this one, with the identifier of the event by which each was found. */
  readonly merged: readonly { readonly profileId: string; readonly by: Identifier }[];
  /** Identifiers that were nobody's. */
  readonly attached: readonly Identifier[];
  /** Identifiers of the event that do not belong to the profile: keeping them would have broken the limit of a type. */
  readonly dropped: readonly (Identifier & { readonly limit: string })[];
  /** A verified phone that was another's. */
  readonly moved: (Identifier & { readonly fromProfileId: string }) | undefined;
  /** Phones that the verified one replaced: now nobody's. */
  readonly released: readonly Identifier[];
}

/**
 * Who is who. Finds every profile that shares an identifier with an event; they are one person, unless that would break
 * a limit: then the event loses its identifier of lowest priority and is resolved again.
 */
export class IdentityGraph {
  private readonly owners = new Map<string, string>();
  private readonly profiles = new Map<string, Node>();
  private places = 0;

  constructor(private readonly limits: IdentifierLimits) {}

  add({ profileId, createdAt }: KnownProfile): void {
    this.profiles.set(profileId, { profileId, createdAt, place: this.places++, held: new Map(), size: 0 });
  }

  /** Gives an identifier to a profile that was added before. */
  attach(identifier: Identifier, profileId: string): void {
    const node = this.node(profileId);
    const values = node.held.get(identifier.type) ?? new Set();
    node.held.set(identifier.type, values);
    if (values.has(identifier.value)) return;
    values.add(identifier.value);
    node.size++;
    this.owners.set(identifierKey(identifier), profileId);
  }

  ownerOf(identifier: Identifier): string | undefined {
    return this.owners.get(identifierKey(identifier));
  }

  /** The values of a type that a profile holds. */
  held(profileId: string, type: string): readonly string[] {
    return [...(this.profiles.get(profileId)?.held.get(type) ?? [])];
  }

  /**
   * Resolves an event by its identifiers (highest priority first, at least one) and takes in what it says.
   * `verified` is the phone among them that its owner has just proved to hold: where it would break a limit it moves.
   * `create` makes the profile of somebody new.
   */
  resolve(identifiers: readonly Identifier[], create: () => KnownProfile, verified?: Identifier): Resolution {
    if (!verified) return this.take(this.fit(identifiers), create);
    // Of two numbers in one event the verified one counts; another may still say who verified it.
    const spare = identifiers.filter((one) => one.type === 'phone' && one !== verified && !this.ownerOf(one));
    const others = identifiers.filter((one) => one !== verified && !spare.includes(one));
    // A device alone claims no number: it may be anybody's.
    const claimed = others.some((one) => !isDevice(one));
    const claim = this.fit(claimed ? others : [verified, ...others]);
    const dropped = [...spare.map((one) => ({ ...one, limit: 'phone' })), ...claim.dropped];
    const together = claimed ? [verified, ...claim.kept] : claim.kept;
    if (this.brokenLimit(together) === undefined) return this.take({ kept: together, dropped }, create);
    return this.move(verified, this.take({ kept: claim.kept, dropped }, create));
  }

  /** Drops identifiers from the end until those that are left break no limit. */
  private fit(identifiers: readonly Identifier[]): Fit {
    const kept = [...identifiers];
    const dropped: Fit['dropped'][number][] = [];
    for (;;) {
      const limit = this.brokenLimit(kept);
      const last = limit === undefined ? undefined : kept.pop();
      if (limit === undefined || last === undefined) return { kept, dropped };
      dropped.push({ ...last, limit });
    }
  }

  /** The first type whose limit would break if these identifiers were one person's, and more than it is already. */
  private brokenLimit(identifiers: readonly Identifier[]): string | undefined {
    if (identifiers.length < 2) return undefined;
    const nodes = this.nodesOf(identifiers);
    const fresh = identifiers.filter((one) => this.ownerOf(one) === undefined);
    // The usual case: everything is known, and one person's.
    if (nodes.length === 1 && fresh.length === 0) return undefined;
    const types = new Set(fresh.map((one) => one.type));
    for (const node of nodes) for (const type of node.held.keys()) types.add(type);
    // By the alphabet, so that the reason given does not depend on the order of loading.
    for (const type of [...types].sort()) {
      const sizes = nodes.map((node) => node.held.get(type)?.size ?? 0);
      const size = sum(sizes) + fresh.filter((one) => one.type === type).length;
      if (size > limitOf(type, this.limits) && size > Math.max(0, ...sizes)) return type;
    }
    const sizes = nodes.map((node) => node.size);
    const size = sum(sizes) + fresh.length;
    return size > MOST_IDENTIFIERS && size > Math.max(0, ...sizes) ? 'profile' : undefined;
  }

  private take({ kept, dropped }: Fit, create: () => KnownProfile): Resolution {
    const [oldest, ...younger] = this.nodesOf(kept).sort(byAge);
    const canonical = oldest ?? this.create(create());
    const merged = younger.map((node) => ({
      profileId: node.profileId,
      by: kept.find((one) => this.ownerOf(one) === node.profileId) as Identifier,
    }));
    for (const node of younger) this.absorb(canonical, node);
    const attached = kept.filter((one) => this.ownerOf(one) === undefined);
    for (const one of attached) this.attach(one, canonical.profileId);
    return {
      profileId: canonical.profileId,
      created: oldest === undefined,
      merged,
      attached,
      dropped,
      moved: undefined,
      released: [],
    };
  }

  /** Takes the phone from whoever had it, and from its new owner the number that it replaces. */
  private move(phone: Identifier, resolution: Resolution): Resolution {
    const { profileId } = resolution;
    const former = this.ownerOf(phone);
    if (former !== undefined) this.detach(phone, former);
    const released = this.held(profileId, 'phone').map((value) => ({ type: 'phone', value }));
    for (const one of released) this.detach(one, profileId);
    this.attach(phone, profileId);
    return former === undefined
      ? { ...resolution, attached: [...resolution.attached, phone], released }
      : { ...resolution, moved: { ...phone, fromProfileId: former }, released };
  }

  private absorb(canonical: Node, gone: Node): void {
    for (const [type, values] of gone.held) {
      for (const value of values) this.attach({ type, value }, canonical.profileId);
    }
    this.profiles.delete(gone.profileId);
  }

  private detach(identifier: Identifier, profileId: string): void {
    const node = this.node(profileId);
    if (node.held.get(identifier.type)?.delete(identifier.value)) node.size--;
    this.owners.delete(identifierKey(identifier));
  }

  private create(profile: KnownProfile): Node {
    this.add(profile);
    return this.node(profile.profileId);
  }

  private nodesOf(identifiers: readonly Identifier[]): Node[] {
    const ids = new Set<string>();
    for (const one of identifiers) {
      const owner = this.ownerOf(one);
      if (owner !== undefined) ids.add(owner);
    }
    return [...ids].map((id) => this.node(id));
  }

  private node(profileId: string): Node {
    const node = this.profiles.get(profileId);
    if (!node) throw new Error(`The identity graph has no profile ${profileId}`);
    return node;
  }
}

interface Node extends KnownProfile {
  /** Among those of the same instant. */
  readonly place: number;
  readonly held: Map<string, Set<string>>;
  size: number;
}

interface Fit {
  readonly kept: readonly Identifier[];
  readonly dropped: readonly (Identifier & { readonly limit: string })[];
}

/** The profile created first is canonical. */
function byAge(a: Node, b: Node): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || a.place - b.place;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
