"""Reference numbers for components.json: principal components of drawn vectors by NumPy's singular values.
Run: python test/parity/components.py > test/parity/components.json"""

import json

import numpy as np

random = np.random.default_rng(5)
vectors = (random.normal(size=(40, 6)) @ random.normal(size=(6, 9)) + random.normal(size=(40, 9)) * 0.1).astype("f4")
centred = vectors.astype("f8") - vectors.mean(0, dtype="f8")
_, values, directions = np.linalg.svd(centred, full_matrices=False)
signs = [np.sign(row[np.abs(row).argmax()]) for row in directions]
scores = centred @ (directions * np.array(signs)[:, None]).T
print(
    json.dumps(
        {
            "width": 9,
            "vectors": vectors.ravel().tolist(),
            "explained": (values**2 / (values**2).sum())[:4].tolist(),
            "scores": scores[:, :4].ravel().round(7).tolist(),
        }
    )
)
