import { type Duration, hours } from '../catalog/duration';

/** Local hours in which marketing may be sent; `to` may be 24:00. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface Jurisdiction {
  /** ISO 3166-2 */
  readonly region: string;
  readonly name: string;
  readonly open: Window;
  /** Where Sundays differ. */
  readonly sunday?: Window;
  /** The most marketing and moment messages in any stretch of time so long, from all our numbers together. */
  readonly limit?: { readonly most: number; readonly per: Duration };
  readonly source: string;
}

/**
 * States narrower than the federal 08:00–21:00 (47 CFR 64.1200(c)(1)) that we observe. Collected 2026-04 from the
 * statutes named and from vendors' summaries, which disagree in places: counsel must confirm before relying on it.
 */
const jurisdictions: readonly Jurisdiction[] = [
  {
    region: 'US-CT',
    name: 'Connecticut',
    open: { from: '09:00', to: '20:00' },
    source: 'Conn. Gen. Stat. § 42-288a, as amended 2023-10-01',
  },
  {
    region: 'US-FL',
    name: 'Florida',
    open: { from: '08:00', to: '20:00' },
    limit: { most: 3, per: hours(24) },
    source: 'Fla. Stat. § 501.616(6)(a) and (b), 2021-07-01',
  },
  {
    region: 'US-MD',
    name: 'Maryland',
    open: { from: '08:00', to: '20:00' },
    source: 'Stop the Spam Calls Act (SB 90), 2024-01-01',
  },
  {
    region: 'US-MS',
    name: 'Mississippi',
    open: { from: '08:00', to: '20:00' },
    source: "vendors' summaries, 2026-04",
  },
  {
    region: 'US-NJ',
    name: 'New Jersey',
    open: { from: '08:00', to: '20:00' },
    source: "vendors' summaries, 2026-04",
  },
  {
    region: 'US-OK',
    name: 'Oklahoma',
    open: { from: '08:00', to: '20:00' },
    limit: { most: 3, per: hours(24) },
    source: 'Okla. Stat. tit. 15, § 775C.4, 2022-11-01',
  },
  {
    region: 'US-TX',
    name: 'Texas',
    open: { from: '09:00', to: '21:00' },
    sunday: { from: '12:00', to: '21:00' },
    source: 'Tex. Bus. & Com. Code § 301.051; for texts SB 140, 2025-09-01',
  },
];

const bySpelling = new Map(
  jurisdictions.flatMap((one) =>
    [one.region, one.region.slice(3), one.name].map((spelling) => [spelling.toLowerCase(), one]),
  ),
);

/** The rules of trait `region`: ISO 3166-2 (`US-TX`), its two letters or the English name. Absent where it has none. */
export function jurisdictionOf(region: unknown): Jurisdiction | undefined {
  return typeof region === 'string' ? bySpelling.get(region.trim().toLowerCase()) : undefined;
}
