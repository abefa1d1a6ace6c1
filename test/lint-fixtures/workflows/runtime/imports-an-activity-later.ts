// fails: eslint(no-restricted-imports)
export const send = () => import('../../activities/send');
