import { ts } from 'ts-morph';
import { declarationOf, plain } from './module';

/** The names by which a flow and its helpers know `j`. */
export class Runs {
  /** Parameters that hold it: the flow's own, and those of helpers it is handed to. */
  private readonly holders = new Set<ts.Node>();

  add(parameter: ts.ParameterDeclaration): void {
    this.holders.add(parameter);
  }

  is(expression: ts.Expression): boolean {
    const node = plain(expression);
    if (!ts.isIdentifier(node)) return false;
    const declaration = declarationOf(node.text, node);
    return declaration !== undefined && this.holders.has(declaration);
  }

  areMentionedIn(node: ts.Node): boolean {
    if (ts.isIdentifier(node) && this.is(node)) return true;
    return ts.forEachChild(node, (child) => this.areMentionedIn(child) || undefined) ?? false;
  }
}
