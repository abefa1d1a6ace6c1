/** What global-setup hands to the test files: they run in other processes, so by environment. */
export interface TestLocations {
  /** Of a superuser, on the database `postgres` or the one named by DATABASE_URL. */
  readonly adminUrl: string;
  /** Migrated, and never connected to. */
  readonly templateDatabase: string;
  readonly temporalAddress: string;
  /** File of the bundled workflows; absent while the tree has none. */
  readonly workflowBundle?: string;
}

const variable = 'JORNADA_TEST_LOCATIONS';

export function publishLocations(locations: TestLocations): void {
  process.env[variable] = JSON.stringify(locations);
}

export function testLocations(): TestLocations {
  const text = process.env[variable];
  if (text === undefined) throw new Error('No test servers: run the tests with jest and its config');
  return JSON.parse(text) as TestLocations;
}
