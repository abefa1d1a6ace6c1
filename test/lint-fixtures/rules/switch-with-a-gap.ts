// fails: typescript(switch-exhaustiveness-check)
type Verdict = 'send' | 'suppressed' | 'deferred';

export function words(verdict: Verdict): string {
  switch (verdict) {
    case 'send':
      return 'sends';
    case 'suppressed':
      return 'does not send';
  }
  return '';
}
