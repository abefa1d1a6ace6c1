'use strict';
// Run by download.ts as `node download-with-sdk.js <folder> <release>`: the SDK downloads Temporal's CLI into
// the folder and, to be sure, starts it once.

const [folder, release] = process.argv.slice(2);

async function main() {
  const { TestWorkflowEnvironment } = require('@temporalio/testing');
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'cached-download', downloadDir: folder, version: release, ttl: '3650 days' },
    },
  });
  await environment.teardown();
}

main().catch((error) => {
  const causes = [];
  for (let cause = error; cause; cause = cause.cause) causes.push(String(cause.message ?? cause));
  process.stderr.write(`${causes.join(': ').replaceAll('\n', ' ')}\n`, () => process.exit(1));
});
