/** A place in a text: UTF-16 units [start, end). */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export interface LabelledSpan extends TextSpan {
  readonly label: string;
}

/** One example of a downstream task, with its answer where it is known. Which fields are used follows from the task. */
export interface TaskExample {
  /** Names it in files of predictions. */
  readonly id: string;
  /** File and line, for messages. */
  readonly place: string;
  readonly text: string;
  /** The second text: a question to be matched, a hypothesis, an answer. */
  readonly pair?: string;
  /** The right label; of an answer `1` when it is right, else `0`. */
  readonly label?: string;
  /** Named entities of the text. */
  readonly entities?: readonly LabelledSpan[];
  /** Subject and object of a relation, in `text`. */
  readonly marked?: readonly [TextSpan, TextSpan];
  /** Examples of one group are ranked against each other: the answers to one question. */
  readonly group?: string;
}

/** What a model says of an example. */
export interface TaskPrediction {
  /** The most probable label. */
  readonly label?: string;
  /** Probability of each label, in the order of the label list; or of being right, for a score. */
  readonly probabilities?: readonly number[];
  readonly entities?: readonly LabelledSpan[];
}
