"""Figures of scikit-learn and NumPy on drawn answers, for model-figures.spec.ts, as model-figures.json.

Accuracy and macro F1 of many classes of which some are absent; area under the ROC curve, average precision and F1 with tied
scores; recall at k of several labels; expected calibration error.
"""

import json
import pathlib

import numpy as np
from sklearn.metrics import accuracy_score, average_precision_score, f1_score, recall_score, roc_auc_score

CLASSES, EXAMPLES, KS, BINS = 12, 80, [1, 3, 5, 12], [1, 5, 10, 15]


def main() -> None:
    draw = np.random.default_rng(7)
    case = {"classes": CLASSES, "ks": KS, "bins": BINS}
    case["singleLabel"] = single_label(draw)
    case["binary"] = [binary(draw, share, digits) for share, digits in ((0.5, 1), (0.1, 2), (0.3, 6))]
    case["multiLabel"] = multi_label(draw)
    case["calibration"] = calibration(draw)
    pathlib.Path(__file__).with_name("model-figures.json").write_text(json.dumps(case) + "\n")


def single_label(draw: np.random.Generator) -> dict:
    # Classes 9 and 11 never occur, 10 is guessed only.
    truths = draw.integers(0, 9, EXAMPLES)
    guesses = np.where(draw.random(EXAMPLES) < 0.5, truths, draw.choice([0, 1, 2, 3, 10], EXAMPLES))
    figures = {"accuracy": accuracy_score(truths, guesses), "macroF1": f1_score(truths, guesses, average="macro")}
    return {"truths": truths.tolist(), "guesses": guesses.tolist(), **figures}


def binary(draw: np.random.Generator, share: float, digits: int) -> dict:
    truth = (draw.random(EXAMPLES) < share).astype(int)
    scores = np.round(np.clip(draw.normal(0.35 + 0.2 * truth, 0.2), 0, 1), digits)
    called = (scores >= 0.5).astype(int)
    figures = {
        "rocAuc": roc_auc_score(truth, scores),
        "averagePrecision": average_precision_score(truth, scores),
        "accuracy": accuracy_score(truth, called),
        "f1": f1_score(truth, called),
    }
    return {"truth": truth.tolist(), "scores": scores.tolist(), "figures": figures}


def multi_label(draw: np.random.Generator) -> dict:
    truth = (draw.random((EXAMPLES, CLASSES)) < 0.2).astype(int)
    truth[0] = 0
    truth[:, 3] |= truth.sum(1) == 0
    truth[0] = 0
    scores = draw.normal(truth, 1.0).round(1)
    order = np.argsort(-scores, axis=1, kind="stable")
    kept = truth.sum(1) > 0
    recalls = []
    for k in KS:
        guess = np.zeros_like(truth)
        np.put_along_axis(guess, order[:, :k], 1, axis=1)
        recalls.append(recall_score(truth[kept], guess[kept], average="samples"))
    labels = [np.flatnonzero(row).tolist() for row in truth]
    return {"scores": scores.reshape(-1).tolist(), "labels": labels, "recalls": recalls}


def calibration(draw: np.random.Generator) -> dict:
    confidences = np.concatenate([draw.random(EXAMPLES), [0.0, 1.0, 0.2, 0.6]]).round(3)
    right = (draw.random(len(confidences)) < confidences**2).astype(int)
    errors = [expected_error(confidences, right, bins) for bins in BINS]
    return {"confidences": confidences.tolist(), "right": right.tolist(), "errors": errors}


def expected_error(confidences: np.ndarray, right: np.ndarray, bins: int) -> float:
    at = np.maximum(np.ceil(confidences * bins) - 1, 0)
    error = 0.0
    for each in np.unique(at):
        inside = at == each
        error += inside.mean() * abs(right[inside].mean() - confidences[inside].mean())
    return error


main()
