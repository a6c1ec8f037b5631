"""Small encoders of chance in the formats of Hugging Face, for what is taught on top of them."""

import json

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

from nlp.readers.transformer import LONGEST

SIGNS = list("abcdefghijklmnopqrstuvwxyzåäö?!.,")
SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
}


def bert(folder, *, room=LONGEST + 10):
    """As KB-BERT comes: words alone for a tokenizer."""
    import torch
    import transformers

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *SIGNS, *(f"##{s}" for s in SIGNS)]
    torch.manual_seed(1)
    config = transformers.BertConfig(vocab_size=len(pieces), max_position_embeddings=room, **SMALL)
    transformers.BertForMaskedLM(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", "utf-8")
    return folder


def roberta(folder, *, room=LONGEST + 10):
    import torch
    import transformers

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [*special, "▁", *SIGNS, "<mask>"]
    torch.manual_seed(2)
    config = transformers.XLMRobertaConfig(
        vocab_size=len(pieces), pad_token_id=1, max_position_embeddings=room, **SMALL
    )
    transformers.XLMRobertaModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(
        models.Unigram([(piece, -float(n)) for n, piece in enumerate(pieces)], unk_id=3)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens([*special, "<mask>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    told = {"tokenizer_class": "PreTrainedTokenizerFast"} | {
        f"{name}_token": piece
        for name, piece in {
            "bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "pad": "<pad>",
            "unk": "<unk>", "mask": "<mask>",
        }.items()
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(told), "utf-8")
    return folder
