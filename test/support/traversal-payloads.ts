/** Ways out of a folder, as people have tried them: traversal, absolute, encoded, NUL, Windows, links and addresses. */
export function traversalPayloads(outside: string): string[] {
  const targets = ['etc/passwd', 'secret.csv', 'windows/win.ini', 'proc/self/environ'];
  const ups = [
    '../',
    '..\\',
    '..//',
    '.././',
    './../',
    '....//',
    '..;/',
    '%2e%2e/',
    '%2e%2e%2f',
    '..%2f',
    '..%5c',
    '%252e%252e%252f',
  ];
  const more = ['%c0%ae%c0%ae/', '%uff0e%uff0e/', '．．/', '..\u2215', '..\u2044', '\u202e../', '%00../', '..\0/'];
  const list: string[] = [];
  for (const up of [...ups, ...more]) {
    for (const target of targets) for (const depth of [1, 3, 8]) list.push(`${up.repeat(depth)}${target}`);
  }
  for (const target of targets) {
    list.push(
      `/${target}`,
      `//${target}`,
      `\\${target}`,
      `\\\\host\\share\\${target}`,
      `C:\\${target}`,
      `c:/${target}`,
    );
    list.push(`file:///${target}`, `file:${target}`, `http://127.0.0.1/${target}`, `https://[::1]/${target}`);
    list.push(
      `ftp://h/${target}`,
      `data:text/csv,${target}`,
      `~/${target}`,
      `~root/${target}`,
      `/proc/self/root/${target}`,
    );
    list.push(
      `deep/../../${target}`,
      `link.csv/../../${target}`,
      `up/${target}`,
      `${target}\0.csv`,
      `graph.csv\0../${target}`,
    );
    list.push(
      `/dev/fd/0/${target}`,
      `\\\\?\\C:\\${target}`,
      `//?/C:/${target}`,
      `${outside}/${target}`,
      `${outside}/data/../${target}`,
    );
  }
  list.push(
    '..',
    '../',
    '/',
    '',
    '.../x',
    '/dev/zero',
    '/dev/stdin',
    'CON',
    'nul.csv:stream',
    'graph.csv::$DATA',
    outside,
  );
  return [...new Set(list)];
}
