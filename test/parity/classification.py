"""Reference numbers for classification.json: scikit-learn's curves and figures on drawn scores, many of them equal.
Run: python test/parity/classification.py > test/parity/classification.json"""

import json

import numpy as np
from sklearn import metrics

random = np.random.default_rng(11)
cases = []
for count, levels in ((12, 4), (60, 9), (300, 1000), (40, 2), (25, 1)):
    truth = random.integers(0, 2, count)
    truth[:2] = (0, 1)
    scores = np.round(truth * 0.4 * levels + random.random(count) * levels)
    threshold = float(np.quantile(scores, 0.4))
    called = (scores >= threshold).astype(int)
    cuts = [-np.inf, *np.unique(scores), np.inf]
    cases.append(
        {
            "truth": truth.tolist(),
            "scores": scores.tolist(),
            "threshold": threshold,
            "rocAuc": metrics.roc_auc_score(truth, scores),
            "averagePrecision": metrics.average_precision_score(truth, scores),
            "accuracy": metrics.accuracy_score(truth, called),
            "balancedAccuracy": metrics.balanced_accuracy_score(truth, called),
            "precision": metrics.precision_score(truth, called, zero_division=0),
            "recall": metrics.recall_score(truth, called),
            "f1": metrics.f1_score(truth, called),
            "bestAccuracy": max(metrics.accuracy_score(truth, scores >= cut) for cut in cuts),
        }
    )
print(json.dumps(cases))
