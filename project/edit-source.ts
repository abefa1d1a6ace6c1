import { type Expression, IndentationText, Node, Project, QuoteKind, type SourceFile } from 'ts-morph';
import { ProjectError } from './errors';
import { keyOf } from './journey-texts';

/** Adds a property to the object that a module declares as `variable`, after the others. */
export function addToObject(file: string, variable: string, name: string, initializer: string): void {
  const source = open(file);
  const object = plain(source, variable);
  if (!Node.isObjectLiteralExpression(object)) throw notFound(file, variable, 'an object');
  const end = object.getEnd() - 1;
  const lastEnd = object.getProperties().at(-1)?.getEnd();
  const separated = lastEnd === undefined || source.getFullText().slice(lastEnd, end).includes(',');
  // Written as text: what takes several lines keeps its own indentation.
  source.insertText(end, `  ${keyOf(name)}: ${initializer.replaceAll('\n', '\n  ')},\n`);
  if (!separated) source.insertText(lastEnd, ',');
  source.saveSync();
}

/** Adds something imported to the list that a module declares as `variable`, after the others. */
export function addToList(file: string, variable: string, element: string, from: string): void {
  const source = open(file);
  const list = plain(source, variable);
  if (!Node.isArrayLiteralExpression(list)) throw notFound(file, variable, 'a list');
  list.addElement(element, { useNewLines: list.getText().includes('\n') });
  source.addImportDeclaration({ moduleSpecifier: from, namedImports: [element] });
  source.saveSync();
}

function open(file: string): SourceFile {
  const project = new Project({
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      quoteKind: QuoteKind.Single,
      useTrailingCommas: true,
    },
    skipFileDependencyResolution: true,
  });
  return project.addSourceFileAtPath(file);
}

/** What a variable is made of, without `as const` or `satisfies` around it. */
function plain(source: SourceFile, variable: string): Expression | undefined {
  let expression = source.getVariableDeclaration(variable)?.getInitializer();
  while (Node.isAsExpression(expression) || Node.isSatisfiesExpression(expression))
    expression = expression.getExpression();
  return expression;
}

function notFound(file: string, variable: string, what: string): ProjectError {
  return new ProjectError('PROJECT_INVALID', `${file} must declare ${variable} as ${what}, to be added to.`);
}
