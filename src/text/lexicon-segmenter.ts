/**
 * Words without a dictionary of the language: each ideograph and each mark alone, letters and digits together. Mentions
 * become words when they are aligned to tokens, so that with this segmenter words are mentions, else single characters.
 */
import { classTable, DROPPED, SURROGATE, WORD } from './character-classes.js';
import type { WordSegmenter } from './word-segmenter.js';

export class LexiconSegmenter implements WordSegmenter {
  private readonly classes = classTable({ lowerCase: true, stripAccents: true });

  wordStarts(text: string): Int32Array {
    const starts = new Int32Array(text.length);
    let count = 0;
    let inside = false;
    for (let at = 0; at < text.length; at++) {
      const kind = this.classes[text.charCodeAt(at)];
      if (kind === DROPPED) continue;
      if (!inside || kind !== WORD) starts[count++] = at;
      inside = kind === WORD;
      if (kind === SURROGATE && (text.codePointAt(at) as number) > 0xffff) at++;
    }
    return starts.slice(0, count);
  }
}
