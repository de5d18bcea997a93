/**
 * Finds a key that occurs twice in one object of a JSON text. `JSON.parse` keeps the last one silently, which lets a
 * crafted file show one thing to one reader and another to the next.
 */

/**
 * @param text valid JSON
 * @returns the first key found twice in the same object
 */
export function duplicateKey(text: string): string | undefined {
  const keysOfOpenObjects: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') keysOfOpenObjects.push(new Set());
    else if (character === '}') keysOfOpenObjects.pop();
    else if (character === '"') {
      const end = endOfString(text, i);
      if (isKey(text, end)) {
        const key: string = JSON.parse(text.slice(i, end));
        const keys = keysOfOpenObjects[keysOfOpenObjects.length - 1];
        if (keys.has(key)) return key;
        keys.add(key);
      }
      i = end - 1;
    }
  }
  return undefined;
}

/** One past the closing quote. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** In valid JSON a string is a key exactly when a colon follows. */
function isKey(text: string, end: number): boolean {
  while (text[end] === ' ' || text[end] === '\n' || text[end] === '\r' || text[end] === '\t') end++;
  return text[end] === ':';
}
