import { z } from 'zod';
import { isAsync } from '../../rules/async-schema';

const later = async () => true;
const text = z.string();

describe('a schema that answers later is known', () => {
  it.each<[string, z.ZodType]>([
    ['a refinement', text.refine(later)],
    ['a refinement that hands a promise on', text.refine(() => Promise.resolve(true))],
    ['a refinement of many issues', text.superRefine(async () => {})],
    ['a transform', text.transform(async (value) => value)],
    ['a preprocessor', z.preprocess(later, text)],
    ['a type of its own', z.custom<string>(later)],
    ['a promise', z.promise(text)],
    ['a refinement of an object', z.object({ a: text }).refine(later)],
    ['one in a property', z.looseObject({ a: z.object({ b: text.refine(later).optional() }) })],
    ['one in a list', z.array(text.refine(later))],
    ['one of several', z.union([z.number(), text.refine(later)])],
    ['one in a record', z.record(z.string(), text.refine(later))],
    ['one in a tuple', z.tuple([text, text.refine(later)])],
    ['one behind a default', text.refine(later).default('a')],
    ['one in a pipe', text.pipe(z.string().refine(later))],
    ['one that is lazy', z.lazy(() => text.refine(later))],
  ])('%s', (_, schema) => expect(isAsync(schema)).toBe(true));
});

interface Tree {
  readonly below: readonly Tree[];
}
const tree: z.ZodType<Tree> = z.lazy(() => z.object({ below: z.array(tree) }));

describe('a schema that answers at once is no such one', () => {
  it.each<[string, z.ZodType]>([
    ['plain', z.looseObject({ a: text, b: z.number().int().min(3), c: z.email(), d: z.iso.datetime() })],
    ['refined', text.refine((value) => value.startsWith('a'))],
    ['refined with issues', text.superRefine((_value, context) => context.addIssue('short'))],
    ['transformed', text.transform((value) => value.trim())],
    ['trimmed', text.trim().toLowerCase()],
    ['of a kind of its own', z.custom<`a${string}`>((value) => String(value).startsWith('a'))],
    [
      'one of several',
      z.discriminatedUnion('k', [z.object({ k: z.literal('a') }), z.object({ k: z.literal('b') })]),
    ],
    ['that holds itself', tree],
  ])('%s', (_, schema) => expect(isAsync(schema)).toBe(false));
});
