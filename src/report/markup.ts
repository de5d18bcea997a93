/**
 * HTML as a tagged template: whatever is put in is escaped unless it is markup already, so that a name from somebody's
 * graph can never become a tag.
 */
export class Markup {
  constructor(readonly text: string) {}
}

export type MarkupValue = Markup | readonly Markup[] | string | number | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or a quoted attribute. Control characters that HTML does not allow are dropped. */
export function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to drop
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"']/g, (sign) => ESCAPES[sign]);
}

/** `undefined` puts in nothing. */
export function html(strings: TemplateStringsArray, ...values: MarkupValue[]): Markup {
  let text = strings[0];
  for (const [i, value] of values.entries()) text += valueText(value) + strings[i + 1];
  return new Markup(text);
}

function valueText(value: MarkupValue): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escapeText(String(value));
}
