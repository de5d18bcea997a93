/**
 * Cells that a spreadsheet would run as a formula (OWASP, "CSV Injection"): an apostrophe before them keeps them text. Cells
 * that begin with an apostrophe get one more, so that the escape can be undone without loss.
 */

/** `= + - @`, their full-width forms, tab and line ends. */
const RISKY = /^[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n']/;

export function escapeFormula(cell: string): string {
  return RISKY.test(cell) ? `'${cell}` : cell;
}

export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
