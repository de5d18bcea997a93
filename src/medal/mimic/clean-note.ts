/**
 * The text of a note as the models of MeDAL read it (Wen et al. 2020, 4.2): the marks of de-identification `[**` and `**]`
 * removed, their contents kept, every punctuation sign a word of its own, lower case; one space between words. Square
 * brackets stay where they are, as in the published preparation.
 */
const PUNCTUATION = /[~!@#$%^&*()_+\-={}:";',./<>?\\|`]/g;
const WHITE_SPACE = /\s+/g;

export function cleanNote(text: string): string {
  // One after the other: what the first leaves behind may be one of the second.
  const open = text.replaceAll('[**', '').replaceAll('**]', '');
  return open.replace(PUNCTUATION, ' $& ').toLowerCase().replace(WHITE_SPACE, ' ').trim();
}
