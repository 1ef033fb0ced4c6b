#!/usr/bin/env python3
"""Writes a model of a few hundred kB that a real llama-server loads: a llama of random weights with one thing to say.

    tiny-model.py FILE [--layers 2] [--seed 0] [--name tiny] [--reply TEXT]

Prints the file's sha256 digest. The same arguments give the same bytes, whenever and wherever they are written.

Whatever it is asked, the model answers the words of the reply and ends: a token's successor is written into the output
weights, far above the noise of the random ones. Any prompt is readable to it, because every byte is a token.
"""

import argparse
import hashlib
import pathlib
import random
import struct
import sys

# Types of metadata values, and of tensors, as the GGUF format numbers them.
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
F32 = 0
ALIGNMENT = 32

# Types of tokens, as the tokenizer numbers them.
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
BEGIN, END = 1, 2

WIDTH, HEADS, HIDDEN, CONTEXT = 64, 4, 128, 8192
# How far the next word of the reply stands out, and how little the random layers add.
CERTAINTY, NOISE = 4.0, 0.02

TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant: "
REPLY = "I am a tiny model with random weights, and this is all that I can say."


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--name", default="tiny")
    parser.add_argument("--reply", default=REPLY)
    return parser.parse_args()


# MARK: the model


def vocabulary(reply):
    """Tokens with their types: three of the tokenizer's own, the bytes, and the words of the reply in their order."""
    # The tokenizer writes a space as this block.
    words = [word if at == 0 else "\u2581" + word for at, word in enumerate(reply.split())]
    if not words or len(set(words)) < len(words):
        sys.exit("tiny-model: the reply needs words, and no word twice after the first: each has one successor")
    special = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    return special + [(f"<0x{byte:02X}>", BYTE) for byte in range(256)] + [(word, NORMAL) for word in words]


def uniform(chance, count, scale):
    # Only `random` promises the same numbers in every version of Python.
    return [(chance.random() * 2 - 1) * scale for _ in range(count)]


def matrix(name, columns, rows, values):
    return name, (columns, rows), values


def layer(at, chance):
    def random_matrix(name, columns, rows):
        return matrix(f"blk.{at}.{name}.weight", columns, rows, uniform(chance, columns * rows, NOISE))

    def ones(name):
        return f"blk.{at}.{name}.weight", (WIDTH,), [1.0] * WIDTH

    projections = [random_matrix(name, WIDTH, WIDTH) for name in ("attn_q", "attn_k", "attn_v", "attn_output")]
    feed_forward = [
        random_matrix("ffn_gate", WIDTH, HIDDEN),
        random_matrix("ffn_up", WIDTH, HIDDEN),
        random_matrix("ffn_down", HIDDEN, WIDTH),
    ]
    return [ones("attn_norm"), *projections, ones("ffn_norm"), *feed_forward]


def tensors(tokens, layers, chance):
    first = sum(kind != NORMAL for _, kind in tokens)
    # What a prompt is made of looks nearly alike, so that one word follows all of it.
    prompt, words = uniform(chance, WIDTH, 1), range(first, len(tokens))
    embedding = [[value + noise for value, noise in zip(prompt, uniform(chance, WIDTH, NOISE))] for _ in range(first)]
    embedding += [uniform(chance, WIDTH, 1) for _ in words]
    output = [uniform(chance, WIDTH, NOISE) for _ in tokens]
    for before, successor in zip([prompt] + embedding[first:], [*words, END]):
        length = sum(value * value for value in before) ** 0.5
        output[successor] = [value / length * CERTAINTY for value in before]
    yield matrix("token_embd.weight", WIDTH, len(tokens), sum(embedding, []))
    for at in range(layers):
        yield from layer(at, chance)
    yield "output_norm.weight", (WIDTH,), [1.0] * WIDTH
    yield matrix("output.weight", WIDTH, len(tokens), sum(output, []))


def metadata(options, tokens):
    yield "general.architecture", STRING, "llama"
    yield "general.name", STRING, options.name
    yield "llama.context_length", UINT32, CONTEXT
    yield "llama.embedding_length", UINT32, WIDTH
    yield "llama.block_count", UINT32, options.layers
    yield "llama.feed_forward_length", UINT32, HIDDEN
    yield "llama.attention.head_count", UINT32, HEADS
    yield "llama.attention.head_count_kv", UINT32, HEADS
    yield "llama.attention.layer_norm_rms_epsilon", FLOAT32, 1e-5
    yield "llama.rope.dimension_count", UINT32, WIDTH // HEADS
    yield "tokenizer.ggml.model", STRING, "llama"
    yield "tokenizer.ggml.tokens", ARRAY, (STRING, [text for text, _ in tokens])
    yield "tokenizer.ggml.scores", ARRAY, (FLOAT32, [0.0] * len(tokens))
    yield "tokenizer.ggml.token_type", ARRAY, (INT32, [kind for _, kind in tokens])
    yield "tokenizer.ggml.bos_token_id", UINT32, BEGIN
    yield "tokenizer.ggml.eos_token_id", UINT32, END
    yield "tokenizer.ggml.add_space_prefix", BOOL, False
    yield "tokenizer.chat_template", STRING, TEMPLATE


# MARK: the format


def encoded(kind, value):
    if kind == STRING:
        text = value.encode()
        return struct.pack("<Q", len(text)) + text
    if kind == ARRAY:
        element, values = value
        return struct.pack("<IQ", element, len(values)) + b"".join(encoded(element, value) for value in values)
    return struct.pack({UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}[kind], value)


def padded(data):
    return data + b"\0" * (-len(data) % ALIGNMENT)


def file(pairs, tensors):
    """Header, metadata, what each tensor is and where, and then the tensors."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs))
    for key, kind, value in pairs:
        head += encoded(STRING, key) + struct.pack("<I", kind) + encoded(kind, value)
    data = b""
    for name, shape, values in tensors:
        head += encoded(STRING, name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, F32, len(data))
        data += padded(struct.pack(f"<{len(values)}f", *values))
    return padded(head) + data


def main():
    options = arguments()
    tokens = vocabulary(options.reply)
    chance = random.Random(options.seed)
    content = file(list(metadata(options, tokens)), list(tensors(tokens, options.layers, chance)))
    options.file.write_bytes(content)
    print(hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main()
