"""A small model that is offered under several signatures: python signature_corpus.py FOLDER.

What each computes for input.image.npy and the keys "7" and "8" is output.SIGNATURE.KEY.npy or, for
strings, output.SIGNATURE.KEY.txt with one a line.
"""

import os

import numpy as np
import tensorflow as tf

from fixture_files import clean, folder, images, slim, wanted

RNG = np.random.default_rng(7)
IMAGE = tf.TensorSpec((None, 8, 8, 3), tf.float32, "image")


def weight(*shape):
    return tf.Variable((RNG.normal(size=shape) / np.sqrt(np.prod(shape[:-1]))).astype(np.float32))


class Offered(tf.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = weight(3, 3, 3, 6), weight(3, 3, 6, 8)
        self.last, self.head, self.side = weight(3, 3, 8, 5), weight(5, 3), weight(8, 2)

    def trunk(self, x):
        x = tf.nn.relu(tf.nn.conv2d(x, self.first, 1, "SAME"))
        return tf.nn.relu(tf.nn.conv2d(x, self.second, 2, "SAME"))

    def scores(self, x):
        x = tf.nn.relu(tf.nn.conv2d(self.trunk(x), self.last, 1, "SAME"))
        return tf.matmul(tf.reduce_mean(x, [1, 2]), self.head)

    def serve(self, image):
        return {"scores": self.scores(image)}

    def classify(self, image):
        names = tf.constant(["cat", "dog", "Kühe"])
        scores, best = tf.math.top_k(self.scores(image), 2)
        return {"scores": scores, "names": tf.gather(names, best), "all": names, "best": best}

    def aux(self, picture):
        return {"aux": tf.matmul(tf.reduce_mean(self.trunk(picture), [1, 2]), self.side)}

    def batch(self, image, key):
        y = self.scores(image)
        passed = {"image": tf.identity(image), "key": tf.identity(key)}
        return {"scores": y, "again": y, "half": tf.cast(y / 2, tf.float64), **passed}


def make():
    path = folder("signatures")
    module = Offered()
    key = tf.TensorSpec((None,), tf.string, "key")
    picture = tf.TensorSpec((None, 8, 8, 3), tf.float32, "picture")
    specs = {
        "serving_default": (module.serve, IMAGE),
        "serve": (module.serve, IMAGE),
        "classify": (module.classify, IMAGE),
        "aux": (module.aux, picture),
        "batch": (module.batch, IMAGE, key),
    }
    offered = {
        name: tf.function(f, input_signature=list(in_)).get_concrete_function()
        for name, (f, *in_) in specs.items()
    }
    tf.saved_model.save(module, path, offered)
    slim(path)
    x = images((2, 8, 8, 3))
    np.save(os.path.join(path, "input.image.npy"), x)
    for name, (f, *in_) in specs.items():
        for output, y in f(tf.constant(x), *[tf.constant(["7", "8"])][: len(in_) - 1]).items():
            file = os.path.join(path, f"output.{name}.{output}")
            if y.dtype == tf.string:
                with open(file + ".txt", "w", encoding="utf-8") as out:
                    out.write("".join(s.decode() + "\n" for s in y.numpy().ravel()))
            else:
                np.save(file + ".npy", y.numpy().astype(np.float32))


if __name__ == "__main__" and wanted("signatures"):
    make()
    clean()
