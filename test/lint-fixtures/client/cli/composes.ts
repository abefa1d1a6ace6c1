// passes
export const up = async () => {
  const { startStack } = await import('../../sandbox/stack');
  await startStack();
};
