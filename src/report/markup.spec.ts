import { describe, expect, it } from 'vitest';
import { html } from './markup.js';

describe('html', () => {
  it('escapes what is put in, in text and in attributes', () => {
    expect(html`<a title="${'" onload="x'}">${"<i>&'"}</a>`.text).toBe(
      '<a title="&quot; onload=&quot;x">&lt;i&gt;&amp;&#39;</a>',
    );
  });

  it('keeps markup, joins lists and leaves out what is undefined', () => {
    const parts = ['a', 'b'].map((name) => html`<li>${name}</li>`);
    expect(html`<ul>${parts}</ul>${undefined}${3}`.text).toBe('<ul><li>a</li><li>b</li></ul>3');
  });

  it('drops control characters that a page must not hold', () => {
    expect(html`${'a\u0000b\u001b[31mc\td'}`.text).toBe('ab[31mc\td');
  });
});
