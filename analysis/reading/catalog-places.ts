import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import type { Place } from '../flow';
import { nameOf } from './evaluate';
import { parseModule, placeOf, plain } from './module';

/** Where the entries of a catalog stand: those written out in a constant `events`, `messages` or `workspace` below `<root>/<folder>`. */
export function catalogPlaces(root: string, folder = 'catalog'): (part: string, name: string) => Place {
  const places = new Map<string, Place>();
  for (const file of existsSync(join(root, folder)) ? readdirSync(join(root, folder)).sort() : []) {
    if (!file.endsWith('.ts')) continue;
    const path = `${folder}/${file}`;
    const module = parseModule(path, readFileSync(join(root, path), 'utf8'));
    for (const statement of module.ast.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (!ts.isIdentifier(name) || !initializer) continue;
        places.set(name.text, placeOf(module, name));
        for (const property of membersOf(initializer)) {
          const member = property.name && nameOf(property.name);
          if (member !== undefined) places.set(`${name.text} ${member}`, placeOf(module, property));
        }
      }
    }
  }
  return (part, name) =>
    places.get(`${part} ${name}`) ?? places.get(part) ?? { file: `${folder}/${part}.ts`, line: 1 };
}

/** Of an object, or of the first one handed to a function that declares it. */
function membersOf(initializer: ts.Expression): readonly ts.ObjectLiteralElementLike[] {
  const value = plain(initializer);
  if (ts.isObjectLiteralExpression(value)) return value.properties;
  const [first] = ts.isCallExpression(value) ? value.arguments : [];
  return first && ts.isObjectLiteralExpression(plain(first))
    ? (plain(first) as ts.ObjectLiteralExpression).properties
    : [];
}
