"""What Keras 2 wrote, by the copy of it that TensorFlow still carries inside (its batch norm left out: here it is)."""

import os

import numpy as np
import tensorflow as tf
from tensorflow.python import keras as keras2
from tensorflow.python.keras import layers as L
from tensorflow.python.keras import models
from tensorflow.python.keras.engine.base_layer import Layer
from tensorflow.python.keras.optimizer_v2 import adam

from fixture_files import folder, images, record, slim, wanted

keras2.__version__ = "2.6.0"  # asked for when a model is written, and not there


class BatchNormalization(Layer):
    def __init__(self, momentum=0.99, epsilon=1e-3, **named):
        super().__init__(**named)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, shape):
        n = shape[-1:]
        self.gamma = self.add_weight("gamma", n, initializer="ones")
        self.beta = self.add_weight("beta", n, initializer="zeros")
        self.moving_mean = self.add_weight("moving_mean", n, initializer="zeros", trainable=False)
        self.moving_variance = self.add_weight("moving_variance", n, initializer="ones", trainable=False)

    def call(self, x, training=None):
        norm, e = tf.compat.v1.nn.fused_batch_norm, self.epsilon
        if not training:
            return norm(x, self.gamma, self.beta, self.moving_mean, self.moving_variance, e, is_training=False)[0]
        y, mean, variance, *_ = norm(x, self.gamma, self.beta, epsilon=e)
        for old, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            old.assign_sub((old - new) * (1 - self.momentum))
        return y

    def get_config(self):
        return super().get_config() | {"momentum": self.momentum, "epsilon": self.epsilon}


def residual():
    i = L.Input((8, 8, 3))
    x = L.ReLU()(BatchNormalization()(L.Conv2D(8, 3, padding="same", use_bias=False)(i)))
    y = BatchNormalization()(L.Conv2D(8, 3, padding="same")(x))
    x = L.Dropout(0.2)(L.GlobalAveragePooling2D()(L.ReLU()(L.Add()([x, y]))))
    return models.Model(i, L.Dense(4, activation="softmax")(x))


def make():
    if wanted("keras2_residual"):
        path = folder("keras2_residual")
        tf.random.set_seed(1)
        model = residual()
        rng = np.random.default_rng(1)
        model.set_weights([w + rng.uniform(0.1, 0.6, w.shape) if w.ndim == 1 else w for w in model.get_weights()])
        model.compile(adam.Adam(0.01), "mse")
        x = images((2, 8, 8, 3))
        model.train_on_batch(x, np.eye(4, dtype=np.float32)[:2])
        model.save(path, save_format="tf")
        slim(path, traces=False)
        os.remove(os.path.join(path, "keras_metadata.pb"))
        record(path, x, model(x, training=False))
