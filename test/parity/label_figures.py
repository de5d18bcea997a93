"""scikit-learn's accuracy, micro and macro F1 of drawn labels, for task-figures.spec.ts, as label-figures.json."""

import json
import pathlib
import random

from sklearn.metrics import accuracy_score, f1_score

LABELS = ["a", "b", "c", "d", "none"]
JUDGED = LABELS[:4]


def main() -> None:
    draw = random.Random(5)
    truths = draw.choices(LABELS, weights=[5, 3, 1, 0, 4], k=60)
    guesses = [truth if draw.random() < 0.6 else draw.choice(LABELS) for truth in truths]
    two = draw.choices("01", k=40), draw.choices("01", k=40)
    figures = {
        "accuracy": accuracy_score(truths, guesses),
        "microF1": f1_score(truths, guesses, labels=JUDGED, average="micro", zero_division=0),
        "macroF1": f1_score(truths, guesses, labels=JUDGED, average="macro", zero_division=0),
        "binaryF1": f1_score(*two, pos_label="1"),
    }
    case = {"labels": JUDGED, "truths": truths, "guesses": guesses, "two": two, "figures": figures}
    pathlib.Path(__file__).with_name("label-figures.json").write_text(json.dumps(case) + "\n")


main()
