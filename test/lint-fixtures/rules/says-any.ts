// fails: typescript(no-explicit-any)
export const same = (value: any) => value;
