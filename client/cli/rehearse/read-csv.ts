/** Rows of a table with headings, as RFC 4180 has them; a comma or a semicolon between the fields. */
export function readCsv(text: string): { readonly [heading: string]: string }[] {
  const [first = '', ...rest] = recordsOf(text.replace(/^\uFEFF/, ''));
  const separator = first.includes(';') && !first.includes(',') ? ';' : ',';
  const headings = fieldsOf(first, separator);
  return rest
    .filter((record) => record.trim() !== '')
    .map((record) => {
      const fields = fieldsOf(record, separator);
      return Object.fromEntries(headings.map((heading, column) => [heading, fields[column] ?? '']));
    });
}

/** Lines, but for line ends within quotes. */
function recordsOf(text: string): string[] {
  const records: string[] = [];
  let record = '';
  for (const line of text.split(/\r?\n/)) {
    record = record === '' ? line : `${record}\n${line}`;
    if ((record.match(/"/g)?.length ?? 0) % 2 === 1) continue;
    records.push(record);
    record = '';
  }
  return record === '' ? records : [...records, record];
}

function fieldsOf(record: string, separator: string): string[] {
  const fields: string[] = [];
  const pattern = new RegExp(`(?:^|${separator})(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'gy');
  for (const [, quoted, plain = ''] of record.matchAll(pattern)) {
    fields.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
  }
  return fields;
}
