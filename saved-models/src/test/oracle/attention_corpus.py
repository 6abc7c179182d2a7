"""Attention as Keras 3 writes it, as it is written by hand, and with contractions."""

import keras
import tensorflow as tf

from fixture_files import served, wanted
from keras_corpus import L, conv, net, op, picture

MODELS = []


def model(function):
    MODELS.append(function)
    return function


def patches(n=8):
    i = picture()
    return i, L.Reshape((4, n))(conv(i, n, 4, strides=4, padding="valid"))


def block(i, x, attend):
    """Pre-norm: attention, then a dense layer of twice the width, each added to the trunk."""
    x = L.Add()([x, attend(L.LayerNormalization()(x))])
    y = L.Dense(12, activation="gelu")(L.LayerNormalization()(x))
    x = L.Add()([x, L.Dense(x.shape[-1])(y)])
    return net(i, L.Dense(4, name="head")(L.GlobalAveragePooling1D()(x)))


@model
def attention():
    i, x = patches()
    return block(i, x, lambda y: L.MultiHeadAttention(4, 3, value_dim=2)(y, y, use_causal_mask=True))


@model
def cross_attention():
    """What is attended to is another picture."""
    i, x = patches()
    j = picture(name="other")
    z = L.Reshape((16, 6))(conv(j, 6, 2, strides=2, padding="valid"))
    return block([i, j], x, lambda y: L.MultiHeadAttention(2, 4)(y, z))


@model
def grouped_queries():
    """Two heads of keys and values, each for two heads of queries."""
    i, x = patches()
    return block(i, x, lambda y: L.GroupQueryAttention(3, 4, 2)(y, y))


class Attention(L.Layer):
    """One dense layer makes queries, keys and values; heads are told apart by reshaping. Each has biases of its own."""

    def __init__(self, heads, width):
        super().__init__()
        self.heads, self.width = heads, width
        self.qkv, self.out = L.Dense(3 * heads * width), L.Dense(8)

    def build(self, shape):
        self.qkv.build(shape)
        self.out.build((*shape[:-1], self.heads * self.width))
        self.bias = self.add_weight(shape=(self.heads, shape[1], shape[1]), name="bias")

    def apart(self, y):
        q, k, v = tf.unstack(tf.transpose(tf.reshape(y, [-1, 4, 3, self.heads, self.width]), [2, 0, 3, 1, 4]))
        return q, k, v

    def call(self, x):
        q, k, v = self.apart(self.qkv(x))
        a = tf.nn.softmax(tf.matmul(q * self.width ** -0.5, k, transpose_b=True) + self.bias)
        y = tf.transpose(tf.matmul(a, v), [0, 2, 1, 3])
        return self.out(tf.reshape(y, [-1, 4, self.heads * self.width]))


class SplitAttention(Attention):
    """The same, with three parts that are split before heads are told apart: each has a width of its own."""

    def apart(self, y):
        own = lambda t: tf.transpose(tf.reshape(t, [-1, 4, self.heads, self.width]), [0, 2, 1, 3])
        return [own(t) for t in tf.split(y, 3, axis=-1)]


@model
def attention_by_hand():
    i, x = patches()
    return block(i, x, Attention(2, 3))


@model
def attention_split():
    i, x = patches()
    return block(i, x, SplitAttention(2, 3))


class Contractions(L.Layer):
    """As Keras 2 did: all dense layers are contractions, with kernels of three axes."""

    def build(self, shape):
        d, h, w = shape[-1], 2, 3
        add = lambda name, *s: self.add_weight(shape=s, name=name + "_kernel")
        self.q, self.k, self.v, self.o = add("q", d, h, w), add("k", d, h, w), add("v", d, h, w), add("o", h, w, d)

    def call(self, x):
        q, k, v = (tf.einsum("abc,cde->abde", x, kernel) for kernel in (self.q, self.k, self.v))
        a = tf.nn.softmax(tf.einsum("aecd,abcd->acbe", k, q))
        return tf.einsum("abcd,cde->abe", tf.einsum("acbe,aecd->abcd", a, v), self.o)


@model
def contractions():
    i, x = patches()
    return block(i, x, Contractions())


@model
def bilinear():
    """Bilinear pooling: each two channels are multiplied and summed over all places; a sigmoid is no zero."""
    i = picture()
    x = L.ReLU()(conv(i, 6))
    y = op(x, lambda t: tf.reshape(tf.einsum("bijc,bijd->bcd", t, t), [-1, 36]))
    z = L.Activation("sigmoid")(conv(i, 5))
    z = op(z, lambda t: tf.reshape(tf.einsum("bijc,bijc->bij", t, t), [-1, 64]))
    return net(i, L.Dense(4, name="head")(L.Concatenate()([y, z])))


def make():
    for function in MODELS:
        if wanted(function.__name__):
            keras.utils.clear_session()
            keras.utils.set_random_seed(1)
            served(function.__name__, function())
