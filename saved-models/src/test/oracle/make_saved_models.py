"""Writes the models that the import tests read, each with an input and what TensorFlow makes of it.

python3 -m venv V && V/bin/pip install tensorflow-cpu && V/bin/python make_saved_models.py ../resources/imports
makes all; names of models after the folder make only those. The first few are as they were written; those of the
*_corpus.py files are slimmed (see slim) so that there can be many.
"""

import os
import shutil

import keras
import numpy as np
import tensorflow as tf

import attention_corpus
import control_corpus
import graph_corpus
import keras2_corpus
import keras_corpus
import weights_corpus
from fixture_files import clean, folder, images, record, slim, stir, wanted

v1 = tf.compat.v1
L = keras.layers


def residual():
    i = keras.Input((12, 12, 3), name="picture")
    x = L.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(i)
    x = L.ReLU()(L.BatchNormalization(name="stem_bn")(x))
    y = L.Conv2D(8, 3, padding="same", name="inner")(x)
    y = L.ReLU()(L.BatchNormalization(name="inner_bn")(y))
    y = L.Conv2D(8, 3, padding="same", name="back")(y)
    x = L.ReLU()(L.Add()([x, y]))
    x = L.Dropout(0.5)(L.MaxPooling2D()(x))
    return keras.Model(i, L.Dense(5, name="head")(L.GlobalAveragePooling2D()(x)), name="residual")


def separable():
    i = keras.Input((12, 12, 3))
    x = L.Conv2D(8, 3, strides=2, padding="same", activation="swish", name="stem")(i)
    x = L.DepthwiseConv2D(3, padding="same", use_bias=False, name="depth")(x)
    x = L.ReLU(6.0)(L.BatchNormalization(name="depth_bn")(x))
    s = L.GlobalAveragePooling2D(keepdims=True)(x)
    s = L.Conv2D(8, 1, activation="sigmoid", name="expand")(L.Conv2D(2, 1, activation="relu", name="reduce")(s))
    x = L.Conv2D(12, 1, name="point")(L.Multiply()([x, s]))
    return keras.Model(i, L.Dense(4, activation="softmax", name="head")(L.Flatten()(x)), name="separable")


def keras3(name, model):
    path = folder(name)
    stir(model)
    model.export(path, verbose=False)
    x = images((2, 12, 12, 3))
    record(path, x, model(x))


def keras3_saved(name):
    """Written by TensorFlow, not by Keras's export: only the object graph says where the variables lie."""
    path = folder(name)
    keras.utils.set_random_seed(1)
    i = keras.Input((10, 10, 3))
    x = L.Conv2D(6, 3, activation="relu")(i)
    x = L.Conv2D(8, 3, activation="relu")(L.MaxPooling2D()(x))
    model = keras.Model(i, L.Dense(4)(L.GlobalAveragePooling2D()(x)))
    stir(model)
    tf.saved_model.save(model, path)
    slim(path)
    x = images((2, 10, 10, 3))
    record(path, x, model(x))


class Detector(tf.Module):
    """Boxes and scores by convolutions, then non-maximum suppression."""

    def __init__(self):
        rng = np.random.default_rng(6)
        shapes = {"first": (3, 3, 3, 6), "second": (3, 3, 6, 8), "boxes": (1, 1, 8, 4), "scores": (1, 1, 8, 3)}
        for key, shape in shapes.items():
            setattr(self, key, tf.Variable(rng.normal(0, 0.3, shape).astype(np.float32), name=key))

    @tf.function(input_signature=[tf.TensorSpec((None, 12, 12, 3), tf.float32, name="image")])
    def detect(self, x):
        conv = lambda t, k, stride=1: tf.nn.conv2d(t, k, stride, "SAME")
        y = tf.nn.relu(conv(tf.nn.relu(conv(x, self.first, 2)), self.second, 2))
        boxes = tf.reshape(tf.sigmoid(conv(y, self.boxes)), [-1, 9, 1, 4])
        scores = tf.reshape(tf.sigmoid(conv(y, self.scores)), [-1, 9, 3])
        kept = tf.image.combined_non_max_suppression(boxes, scores, 5, 10)
        return {"boxes": kept[0], "scores": kept[1]}


def detector(name):
    path = folder(name)
    m = Detector()
    tf.saved_model.save(m, path, {"serving_default": m.detect})
    slim(path)
    x = images((2, 12, 12, 3))
    record(path, x, m.detect(x))


class Module(tf.Module):
    """Nested functions, a variable that is read twice, optimiser slots and a training branch."""

    def __init__(self):
        rng = np.random.default_rng(3)
        self.w = tf.Variable(rng.normal(size=(6, 6)).astype(np.float32), name="w")
        self.b = tf.Variable(rng.normal(size=6).astype(np.float32), name="b")
        self.slot = tf.Variable(tf.zeros((6, 6)), name="w/momentum")

    @tf.function
    def layer(self, x):
        parts = tf.split(tf.nn.relu(tf.matmul(x, self.w) + self.b), [2, 4], axis=1)
        return tf.concat([parts[1], parts[0]], 1)

    @tf.function(input_signature=[tf.TensorSpec((None, 6), tf.float32, name="x")])
    def forward(self, x):
        return {"twice": self.layer(self.layer(x)), "once": self.layer(x)}

    @tf.function(input_signature=[tf.TensorSpec((None, 6), tf.float32, name="x")])
    def train(self, x):
        self.slot.assign_add(tf.matmul(x, x, transpose_a=True))
        return {"loss": tf.reduce_sum(self.slot)}


def nested():
    path = folder("nested")
    module = Module()
    tf.saved_model.save(module, path, {"serving_default": module.forward, "train": module.train})
    x = images((3, 6))
    record(path, x, module.forward(x)["twice"])


def v1_net(x, resource):
    shape = {"conv": (3, 3, 3, 6), "bias": (6,), "dense": (6, 4)}
    rng = np.random.default_rng(4)
    v = {k: v1.get_variable(k, initializer=rng.normal(size=s).astype(np.float32), use_resource=resource)
         for k, s in shape.items()}
    h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, v["conv"], 2, "SAME"), v["bias"]))
    ones = tf.ones(6)
    h = v1.nn.fused_batch_norm(h, ones * 1.5, ones * 0.1, ones * 0.2, ones * 0.7, is_training=False)[0]
    return tf.matmul(tf.reduce_mean(h, [1, 2]), v["dense"], name="scores")


def tf1(name, resource, frozen=False):
    path = folder(name)
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 8, 8, 3), "x")
        y = v1_net(x, resource)
        loss = tf.reduce_sum(y * y)
        if not frozen:
            v1.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
        session.run(v1.global_variables_initializer())
        fed = images((2, 8, 8, 3))
        record(path, fed, session.run(y, {x: fed}))
        if frozen:
            graph = v1.graph_util.convert_variables_to_constants(session, session.graph_def, ["scores"])
            with open(os.path.join(path, "model.pb"), "wb") as f:
                f.write(graph.SerializeToString())
        else:
            inner = os.path.join(path, "saved")
            v1.saved_model.simple_save(session, inner, {"x": x}, {"scores": y})
            shutil.copytree(inner, path, dirs_exist_ok=True)
            shutil.rmtree(inner)


class Evil(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, name="x")])
    def read(self, x):
        size = tf.strings.length(tf.io.read_file("/etc/passwd"))
        return {"y": x + tf.cast(size, tf.float32)}

    @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, name="x")])
    def write(self, x):
        tf.io.write_file("/tmp/espalier-was-here", "x")
        return {"y": x * 2.0}

    @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, name="x")])
    def python(self, x):
        y = tf.numpy_function(lambda a: a, [x], tf.float32)
        return {"y": tf.ensure_shape(y, (None, 2))}


def evil():
    path = folder("evil")
    m = Evil()
    tf.saved_model.save(m, path, {"read": m.read, "write": m.write, "python": m.python})


keras.utils.set_random_seed(1)
for name, make in {
    "residual": lambda: keras3("residual", residual()),
    "separable": lambda: keras3("separable", separable()),
    "keras3_saved": lambda: keras3_saved("keras3_saved"),
    "detector": lambda: detector("detector"),
    "nested": nested,
    "tf1-resource": lambda: tf1("tf1-resource", True),
    "tf1-ref": lambda: tf1("tf1-ref", False),
    "frozen": lambda: tf1("frozen", True, frozen=True),
    "evil": evil,
}.items():
    if wanted(name):
        make()
keras_corpus.make()
attention_corpus.make()
control_corpus.make()
graph_corpus.make()
keras2_corpus.make()
weights_corpus.make()
clean()
