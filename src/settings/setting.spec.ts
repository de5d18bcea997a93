import { describe, expect, it } from 'vitest';
import { SameSetting, Setting, settingsOf } from './setting.js';

class Parent {
  @Setting({ type: 'integer', meaning: 'First.', minimum: 1 })
  first = 1;
}

class Child extends Parent {
  @Setting({ type: 'string', meaning: 'Second.', choices: ['a', 'b'] })
  second = 'a';

  @Setting({ type: 'boolean', meaning: 'Third.' })
  third = false;
}

class Sibling extends Parent {
  @Setting({ type: 'number', meaning: 'Other.' })
  other = 0.5;
}

describe('settingsOf', () => {
  const names = (settingsClass: new () => object) => settingsOf(settingsClass).map(({ name }) => name);

  it("lists the parents' settings first, in the order of declaration", () => {
    expect(names(Child)).toEqual(['first', 'second', 'third']);
  });

  it('keeps the settings of classes apart', () => {
    expect(names(Parent)).toEqual(['first']);
    expect(names(Sibling)).toEqual(['first', 'other']);
    expect(names(class {})).toEqual([]);
  });

  it('keeps meaning and range', () => {
    expect(settingsOf(Child)[0]).toEqual({ name: 'first', type: 'integer', meaning: 'First.', minimum: 1 });
  });
});

describe('SameSetting', () => {
  it('takes meaning and range of another class, under a name of its own', () => {
    class Other {
      @SameSetting(Child, 'first')
      third = 5;
    }
    expect(settingsOf(Other)).toEqual([{ name: 'third', type: 'integer', meaning: 'First.', minimum: 1 }]);
  });
});
