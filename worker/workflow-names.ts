/** The Temporal workflow of an enrollment. Opaque: ids are readable to whoever reads the server. */
export function workflowId(journey: string, enrollmentId: string): string {
  return `journey/${journey}/${enrollmentId}`;
}

export function workflowType(journey: string, version: number): string {
  return `${journey}.v${version}`;
}

/** The enrollment a workflow id stands for; undefined for ids that are not ours. */
export function enrollmentOf(
  id: string,
): { readonly journey: string; readonly enrollmentId: string } | undefined {
  const match = /^journey\/([^/]+)\/([^/]+)$/.exec(id);
  return match ? { journey: match[1] as string, enrollmentId: match[2] as string } : undefined;
}
