/** A table of one model's figures on a split, in percent, beside the guess of the most frequent sense. */
interface Row {
  readonly title: string;
  readonly figure: string;
  readonly baseline?: string;
}

const ROWS: readonly Row[] = [
  { title: 'accuracy over candidates', figure: 'accuracy', baseline: 'mostFrequent' },
  { title: 'accuracy where there is a choice', figure: 'ambiguousAccuracy', baseline: 'ambiguousMostFrequent' },
  { title: 'macro F1 over senses', figure: 'macroF1', baseline: 'mostFrequentMacroF1' },
  { title: 'accuracy over all senses', figure: 'accuracyOfAll' },
  { title: "the baseline's errors removed", figure: 'errorsRemoved' },
  { title: 'expected calibration error', figure: 'calibrationError' },
];

export function sensesMarkdown(
  { samples, model, split }: { samples: string; model: string; split: string },
  figures: Readonly<Record<string, number>>,
): string {
  const percent = (name: string | undefined) => (name === undefined ? '' : (100 * figures[name]).toFixed(2));
  return [
    `# ${model} on ${samples}, ${split}`,
    '',
    `${figures['samples']} places, ${figures['ambiguous']} of them with more than one sense to choose from. In percent.`,
    '',
    '| figure | model | most frequent sense |',
    '| --- | --- | --- |',
    ...ROWS.map(({ title, figure, baseline }) => `| ${title} | ${percent(figure)} | ${percent(baseline)} |`),
    '',
  ].join('\n');
}
