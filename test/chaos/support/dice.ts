/** Numbers from [0, 1) that follow from a seed, so that a run that failed can be tried again (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed;
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (least, most) => least + roll() * (most - least),
    oneOf: (items) => {
      const item = items[Math.floor(roll() * items.length)];
      if (item === undefined) throw new Error('There is nothing to choose from');
      return item;
    },
  };
}

export interface Dice {
  between(least: number, most: number): number;
  oneOf<Item>(items: readonly Item[]): Item;
}
