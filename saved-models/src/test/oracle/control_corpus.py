"""Loops and branches that are decided at run time, behind, beside and in front of convolutions."""

import keras
import numpy as np
import tensorflow as tf

from fixture_files import folder, images, record, served, slim, wanted
from keras_corpus import L, conv, net, picture


def recurrent():
    """A picture read column by column: a loop in each direction, whose variables are read within."""
    i = picture()
    x = L.MaxPooling2D()(conv(i, 8, activation="relu"))
    x = L.Reshape((4, 24))(L.Permute((2, 1, 3))(conv(x, 6, activation="relu")))
    x = L.Bidirectional(L.LSTM(3, return_sequences=True))(x)
    x = L.GRU(4)(x)
    return net(i, L.Dense(4, name="head")(L.Dense(6, activation="relu")(x)))


class Decided(tf.Module):
    """A branch for dark pictures, a loop that doubles until a number is large, a loop within it, and a switch of three."""

    def __init__(self):
        super().__init__()
        rng = np.random.default_rng(3)
        new = lambda *s: tf.Variable((rng.normal(size=s) / np.sqrt(np.prod(s[:-1]))).astype(np.float32))
        self.first, self.second, self.third = new(3, 3, 3, 6), new(3, 3, 6, 8), new(8, 4)
        self.bright, self.dark, self.turn = new(8), new(8), new(8, 8)
        self.seen = tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 3), tf.float32, "picture")])
    def serve(self, x):
        x = tf.nn.relu(tf.nn.conv2d(x, self.first, 1, "SAME"))
        x = tf.nn.relu(tf.nn.conv2d(x, self.second, 1, "SAME"))

        def dark():
            self.seen.assign_add(1.0)  # left out: it changes nothing that is computed
            return x + self.dark

        x = tf.cond(tf.reduce_mean(x) > 0.1, lambda: x * self.bright, dark)
        y = tf.reduce_mean(x, [1, 2])

        def body(i, y):
            y = tf.while_loop(lambda j, _: j < 2, lambda j, z: (j + 1, tf.tanh(tf.matmul(z, self.turn))), (0, y))[1]
            return i + 1, y * 1.5

        y = tf.while_loop(lambda i, y: i < 3, body, (0, y))[1]
        which = tf.cast(tf.reduce_sum(y) > 0.0, tf.int32) + 1
        y = tf.switch_case(which, [lambda: y, lambda: y + self.bright, lambda: y - self.dark])
        return {"scores": tf.matmul(y, self.third)}


def decided(name):
    path = folder(name)
    module = Decided()
    tf.saved_model.save(module, path, {"serving_default": module.serve})
    slim(path)
    x = images((2, 8, 8, 3))
    record(path, x, module.serve(tf.constant(x))["scores"])


def make():
    if wanted("recurrent"):
        keras.utils.clear_session()
        keras.utils.set_random_seed(1)
        served("recurrent", recurrent())
    if wanted("decided"):
        decided("decided")
