import { describe, expect, it } from 'vitest';
import { cleanText } from './clean-text.js';

describe('cleanText', () => {
  it.each([
    ['患者<b>发热</b>3天<br/>。', '患者 发热 3天 。'],
    ['详见 https://example.org/a?b=1 或 www.example.org。', '详见 或 。'],
    ['请写信至 a.b+c@mail.example.com，谢谢', '请写信至 ，谢谢'],
    ['血压<140且心率>90', '血压<140且心率>90'],
    ['温度38.5℃★，咳嗽→痰😀', '温度38.5，咳嗽痰'],
    ['  多\t个\n空  格 ', '多 个 空 格'],
    ['HbA1c 7.5%；α-干扰素', 'HbA1c 7.5%；α-干扰素'],
  ])('makes of %j %j', (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it.each(['<a', 'a.', 'a@', '<', 'http://', '\u0000'])('stays quick on many times %j', (piece) => {
    expect(cleanText(piece.repeat(200_000)).length).toBeLessThanOrEqual(piece.length * 200_000);
  });
});
