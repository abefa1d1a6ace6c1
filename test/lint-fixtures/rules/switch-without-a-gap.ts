// passes
type Verdict = 'send' | 'suppressed';

export function words(verdict: Verdict): string {
  switch (verdict) {
    case 'send':
      return 'sends';
    case 'suppressed':
      return 'does not send';
  }
}
