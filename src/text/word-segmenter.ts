/** Where the words of a text begin: what is masked together. Two implementations: by the lexicon, and jieba's. */
export interface WordSegmenter {
  /** First UTF-16 unit of each word, ascending; white space may be a word. */
  wordStarts(text: string): Int32Array;
}
