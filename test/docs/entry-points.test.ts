import { join } from 'node:path';
import { Node, Project, type PropertySignature } from 'ts-morph';
import { packageRoot } from '../../config/package-root';

// What a journey, a catalog or a test is written with says what it is where the cursor is.
const project = new Project({
  tsConfigFilePath: join(packageRoot(), 'tsconfig.json'),
  skipAddingFilesFromTsConfig: true,
});

it.each([
  'workflows/runtime/index.ts',
  'catalog/public.ts',
  'testing/index.ts',
  // What they are written in terms of.
  'catalog/policy.ts',
  'catalog/sending.ts',
])('everything that %s exports says what it is, and each of its options', (entry) => {
  const source = project.addSourceFileAtPath(join(packageRoot(), entry));
  project.resolveSourceFileDependencies();
  const silent = [...source.getExportedDeclarations()].flatMap(([name, declarations]) => {
    const ours = declarations.filter((one) => !one.getSourceFile().isInNodeModules());
    if (ours.length === 0) return [];
    const untold = ours.flatMap((one) => silentMembers(one)).map((member) => `${name}.${member}`);
    return [...(ours.some(isTold) ? [] : [name]), ...untold];
  });
  expect(silent).toEqual([]);
});

/** Options and methods without a word. What a function is made of is nobody's to see. */
function silentMembers(declaration: Node): string[] {
  if (Node.isFunctionDeclaration(declaration) || Node.isVariableDeclaration(declaration)) return [];
  return declaration.getDescendants().flatMap((node) => {
    if (Node.isPropertySignature(node)) return isTold(node) || isTag(node) ? [] : [node.getName()];
    if (Node.isMethodSignature(node)) return isTold(node) ? [] : [node.getName()];
    if (!Node.isMethodDeclaration(node) && !Node.isGetAccessorDeclaration(node)) return [];
    return isTold(node) || node.hasModifier('private') ? [] : [node.getName()];
  });
}

/** One that only tells the members of a union apart: its one value says it all. */
function isTag(property: PropertySignature): boolean {
  const type = property.getTypeNode();
  return Node.isLiteralTypeNode(type) || type?.getText() === 'undefined';
}

function isTold(node: Node): boolean {
  const documented = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  return documented !== undefined && Node.isJSDocable(documented) && documented.getJsDocs().length > 0;
}
