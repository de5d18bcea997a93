"""Reference for pykeen-vectors.json: files that PyKEEN and NumPy write of small models, as base64, and the scores that PyKEEN
gives every triple of the graph. Run: python test/parity/pykeen_vectors.py > test/parity/pykeen-vectors.json"""

import base64
import json
import logging
import pathlib
import tempfile

import numpy as np
import torch
from pykeen.models import RESCAL, ComplEx, DistMult, RotatE, TransE
from pykeen.triples import TriplesFactory

logging.disable(logging.CRITICAL)
D = 4
MODELS = {
    "transe": (TransE, {"scoring_fct_norm": 1}, {"norm": 1, "dimension": D}),
    "distmult": (DistMult, {}, {"dimension": D}),
    "complex": (ComplEx, {}, {"dimension": 2 * D}),
    "rotate": (RotatE, {}, {"norm": 2, "dimension": 2 * D}),
    "rescal": (RESCAL, {}, {"dimension": D}),
}
NAMES = ["高血压", "头 痛", 'the "heart"', "k3", "k4", "k5"]
RELATIONS = ["有症状", "treats"]
triples = [[NAMES[i % 6], RELATIONS[i % 2], NAMES[(i * 5 + 1) % 6]] for i in range(12)]
factory = TriplesFactory.from_labeled_triples(np.array(triples))


def files_of(model):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        factory.to_path_binary(folder / "training_triples")
        for kind in ("entity", "relation"):
            representation = getattr(model, f"{kind}_representations")[0]
            np.save(folder / f"{kind}_embeddings.npy", representation(indices=None).detach().numpy())
        paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".npy", ".gz")]
        return {str(path.relative_to(folder)): base64.b64encode(path.read_bytes()).decode() for path in paths}


def case(name):
    model_class, options, settings = MODELS[name]
    model = model_class(triples_factory=factory, embedding_dim=D, random_seed=1, **options).eval()
    scores = model.score_hrt(factory.mapped_triples).detach()[:, 0].tolist()
    return {"model": name, "settings": settings, "files": files_of(model), "scores": scores}


cases = [case(name) for name in MODELS]
print(json.dumps({"triples": factory.triples.tolist(), "cases": cases}, ensure_ascii=False))
