"""ELECTRA with Hugging Face's modules on a tiny batch, in float64: hidden states, losses and gradients for electra.spec.ts.

Generator (ElectraForMaskedLM) and discriminator (ElectraForPreTraining) share their embeddings; the tokens that replace the
masked ones are given. The loss is that of Clark et al. 2020: masked-token loss + 50 x replaced-token loss over all real tokens.
Besides, ElectraModel alone: hidden states after every layer, and gradients of half the sum of squares of the last one's real
tokens. Weights follow the formula of bert.py.
"""

import json
import pathlib

import torch
from bert import fill, rounded, sampled
from transformers import ElectraConfig, ElectraForMaskedLM, ElectraForPreTraining

WEIGHT = 50
SIZES = {
    "vocabularySize": 50,
    "embeddingSize": 8,
    "layers": 2,
    "maximumPositions": 12,
    "typeVocabularySize": 2,
    "layerNormEpsilon": 1e-12,
}
DISCRIMINATOR = {"hiddenSize": 16, "heads": 4, "intermediateSize": 32}
GENERATOR = {"hiddenSize": 4, "heads": 1, "intermediateSize": 8}
BATCH = {
    "tokenIds": [[2, 9, 11, 17, 21, 31, 29, 8, 44, 3], [2, 21, 33, 40, 19, 12, 7, 3, 0, 0]],
    "segmentIds": [[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]],
    "lengths": [10, 8],
    # Flat positions; the last one keeps its token, the others become [MASK], 4.
    "maskedPositions": [2, 6, 12, 15],
    "maskedTokens": [4, 4, 4, 12],
    # The second one is guessed right.
    "replacements": [30, 29, 6, 18],
}


def configured(sizes: dict) -> ElectraConfig:
    return ElectraConfig(
        vocab_size=SIZES["vocabularySize"],
        embedding_size=SIZES["embeddingSize"],
        hidden_size=sizes["hiddenSize"],
        num_hidden_layers=SIZES["layers"],
        num_attention_heads=sizes["heads"],
        intermediate_size=sizes["intermediateSize"],
        max_position_embeddings=SIZES["maximumPositions"],
        layer_norm_eps=SIZES["layerNormEpsilon"],
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )


def named_parameters(discriminator, generator) -> dict:
    """Ours: the shared embeddings once, the generator's encoder by another prefix."""
    parameters = dict(discriminator.named_parameters())
    for name, parameter in generator.named_parameters():
        if not name.startswith("electra.embeddings."):
            parameters[name.replace("electra.", "generator.", 1)] = parameter
    return parameters


def build():
    discriminator = ElectraForPreTraining(configured(DISCRIMINATOR)).double()
    generator = ElectraForMaskedLM(configured(GENERATOR)).double()
    generator.electra.embeddings = discriminator.electra.embeddings
    generator.generator_lm_head.weight = discriminator.electra.embeddings.word_embeddings.weight
    parameters = named_parameters(discriminator, generator)
    with torch.no_grad():
        for name, parameter in parameters.items():
            fill(name, parameter)
    return discriminator, generator, parameters


def inputs(ids: torch.Tensor) -> dict:
    lengths = torch.tensor(BATCH["lengths"])
    return {
        "input_ids": ids,
        "token_type_ids": torch.tensor(BATCH["segmentIds"]),
        "attention_mask": (torch.arange(ids.shape[1]) < lengths[:, None]).long(),
    }


def loss_parts(discriminator, generator):
    truths = torch.tensor(BATCH["tokenIds"])
    places = torch.tensor(BATCH["maskedPositions"])
    masked = truths.flatten().index_copy(0, places, torch.tensor(BATCH["maskedTokens"])).view_as(truths)
    logits = generator(**inputs(masked)).logits.flatten(0, 1)[places]
    mlm = torch.nn.functional.cross_entropy(logits, truths.flatten()[places])
    corrupted = truths.flatten().index_copy(0, places, torch.tensor(BATCH["replacements"])).view_as(truths)
    rtd = discriminator(**inputs(corrupted), labels=(corrupted != truths).long()).loss
    return mlm, rtd


def gradients(parameters: dict) -> dict:
    result = {name: sampled(parameter.grad) for name, parameter in parameters.items() if parameter.grad is not None}
    for parameter in parameters.values():
        parameter.grad = None
    return result


def main() -> None:
    discriminator, generator, parameters = build()
    mlm, rtd = loss_parts(discriminator, generator)
    (mlm + WEIGHT * rtd).backward()
    of_losses = gradients(parameters)
    text = inputs(torch.tensor(BATCH["tokenIds"]))
    output = discriminator.electra(**text, output_hidden_states=True)
    real = text["attention_mask"].bool()
    (output.last_hidden_state[real].square().sum() / 2).backward()
    case = {
        "sizes": SIZES,
        "discriminator": DISCRIMINATOR,
        "generator": GENERATOR,
        "weight": WEIGHT,
        "batch": BATCH,
        "losses": {"mlm": rounded(mlm.detach()), "rtd": rounded(rtd.detach())},
        "gradients": of_losses,
        # Of real tokens, one after the other.
        "hidden": [[rounded(value) for value in layer[real].flatten()] for layer in output.hidden_states],
        "encoderGradients": gradients(parameters),
    }
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(case) + "\n")


if __name__ == "__main__":
    main()
