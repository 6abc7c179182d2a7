"""Small Keras models, each with a pattern that networks in use have."""

import keras
import tensorflow as tf

from fixture_files import served, wanted

L = keras.layers
MODELS = []


def model(function):
    MODELS.append(function)
    return function


# Classes only for the names that Keras makes of theirs: short ones keep the files small.
Conv, Bn, Depth = (type(n, (c,), {}) for n, c in (
    ("Conv", L.Conv2D), ("Bn", L.BatchNormalization), ("Depth", L.DepthwiseConv2D)))


def picture(channels=3, side=8, name="picture"):
    return keras.Input((side, side, channels), name=name)


def conv(x, n, k=3, **named):
    return Conv(n, k, padding=named.pop("padding", "same"), **named)(x)


def norm(x, act="relu"):
    return L.Activation(act)(Bn()(x))


def op(x, f):
    return L.Lambda(f)(x)


def net(i, y):
    return keras.Model(i, y, name="m")


def head(i, x, n=4):
    return net(i, L.Dense(n, name="head")(L.GlobalAveragePooling2D()(x)))


@model
def dense():
    """DenseNet: what each layer adds is concatenated; a transition halves."""
    i = picture()
    x = conv(i, 8, use_bias=False)
    for _ in range(2):
        x = L.Concatenate()([x, conv(norm(x), 4, use_bias=False)])
    x = L.AveragePooling2D(2)(conv(norm(x), 8, 1, use_bias=False))
    return head(i, norm(x))


@model
def inception():
    i = picture()
    x = conv(i, 8, strides=2, padding="valid", activation="relu")
    a = conv(x, 4, 1, activation="relu")
    b = conv(conv(x, 4, 1, activation="relu"), 6, activation="relu")
    c = conv(conv(x, 2, 1, activation="relu"), 4, 5, activation="relu")
    d = conv(L.MaxPooling2D(3, 1, "same")(x), 4, 1, activation="relu")
    e = L.AveragePooling2D(3, 1, "same")(conv(x, 4, (1, 3)))
    return head(i, conv(norm(L.Concatenate()([a, b, c, d, e])), 8, 1))


@model
def mobile():
    """MobileNetV2: inverted residual blocks."""
    i = picture()
    x = norm(conv(i, 8, strides=2, use_bias=False), "relu6")
    y = norm(conv(x, 16, 1, use_bias=False), "relu6")
    y = norm(Depth(3, padding="same", use_bias=False)(y), "relu6")
    x = L.Add()([x, Bn()(conv(y, 8, 1, use_bias=False))])
    y = L.ZeroPadding2D(((0, 1), (0, 1)))(L.ReLU(6.0)(conv(x, 16, 1)))
    y = Depth(3, 2, use_bias=False)(y)
    x = L.SeparableConv2D(12, 3, padding="same", depth_multiplier=2)(y)
    return head(i, x)


@model
def squeeze_excite():
    """EfficientNet: the gate's Reshape asks for the batch size while it runs."""
    i = picture()
    x = norm(conv(L.Rescaling(0.5, 0.1)(i), 8, strides=2, use_bias=False), "swish")
    y = Depth(3, padding="same", activation="swish")(x)
    s = L.Reshape((1, 1, 8))(L.GlobalAveragePooling2D()(y))
    s = conv(conv(s, 2, 1, activation="relu"), 8, 1, activation="sigmoid")
    y = Bn()(conv(L.Multiply()([y, s]), 8, 1, use_bias=False))
    x = L.Add()([x, L.Dropout(0.2, noise_shape=(None, 1, 1, 1))(y)])
    s = L.Dense(8, activation="hard_sigmoid")(L.Dense(4, activation="relu")(L.GlobalMaxPooling2D()(x)))
    return head(i, L.Multiply()([L.Activation("hard_swish")(x), L.Reshape((1, 1, 8))(s)]))


@model
def nchw_keras():
    """Channels first through Keras, which turns each convolution round where the processor wants it."""
    i = picture()
    f = {"data_format": "channels_first"}
    x = Conv(7, 3, padding="same", **f)(L.Permute((3, 1, 2))(i))
    x = L.MaxPooling2D(**f)(L.ReLU()(Bn(axis=1)(x)))
    x = Depth(3, padding="same", **f)(x)
    x = Conv(6, 1, **f)(Bn(axis=1)(x))
    return net(i, L.Dense(4, name="head")(L.GlobalAveragePooling2D(**f)(x)))


@model
def flatten_dense():
    i = picture()
    x = L.MaxPooling2D(4)(conv(i, 8, activation="relu"))
    x = L.Dense(10, use_bias=False)(L.Flatten()(x))
    x = L.Dropout(0.5)(L.ReLU()(Bn()(x)))
    return net(i, L.Dense(4, activation="softmax", name="head")(x))


@model
def shared():
    """One convolution and one dense layer that each work in two places."""
    i, j = picture(name="left"), picture(name="right")
    first, again, last = Conv(8, 3, padding="same"), Conv(8, 3, padding="same"), L.Dense(6)
    p, q = (L.GlobalAveragePooling2D()(again(L.ReLU()(again(L.ReLU()(first(t)))))) for t in (i, j))
    p, q = L.ReLU()(last(p)), L.ReLU()(last(q))
    return net([i, j], L.Dense(3, name="head")(L.Subtract()([p, q])))


@model
def two_outputs():
    i = picture()
    x = norm(conv(i, 8, use_bias=False))
    boxes = L.Reshape((-1, 4))(conv(x, 8, strides=3, name="boxes"))
    scores = L.Dense(3, activation="softmax", name="scores")(L.GlobalMaxPooling2D()(conv(x, 10)))
    return net(i, {"boxes": boxes, "scores": scores})


@model
def two_inputs():
    i, j = picture(name="picture"), keras.Input((5,), name="facts")
    x = L.GlobalAveragePooling2D()(conv(i, 8, activation="relu"))
    y = L.Dense(8, activation="tanh")(j)
    x = L.Concatenate()([L.Add()([x, y]), y, L.Maximum()([x, y])])
    return net([i, j], L.Dense(4, name="head")(L.Dense(6, activation="relu")(x)))


@model
def grouped():
    """ShuffleNet: convolutions in groups, and a shuffle of the channels by transposing."""
    i = picture()
    x = conv(i, 12, activation="relu")
    y = L.ReLU()(conv(x, 12, 1, groups=2))
    y = L.Reshape((8, 8, 6, 2))(L.Permute((1, 2, 4, 3))(L.Reshape((8, 8, 2, 6))(y)))
    y = conv(L.Reshape((8, 8, 12))(y), 12, groups=4)
    return head(i, conv(L.Concatenate()([x, y]), 8, 1, groups=2))


@model
def split():
    """Channels taken apart by Split, SplitV, slices and Gather, each part with work of its own."""
    i = picture()
    x = conv(i, 12, activation="relu")
    a, b = op(x, lambda t: tf.split(t, 2, axis=3))
    x = L.Concatenate()([conv(a, 6), b])
    a, b, c = op(x, lambda t: tf.split(t, [2, 4, 6], axis=-1))
    x = L.Concatenate()([c, conv(b, 4, activation="relu"), a])
    a, b = op(x, lambda t: t[..., :5]), op(x, lambda t: t[:, :, :, 5:])
    x = L.Concatenate()([L.ReLU()(b), conv(a, 5)])
    x = op(x, lambda t: tf.gather(t, [11, 0, 3, 4, 7, 8, 2, 1], axis=3))
    a, b = op(x, lambda t: t[..., ::2]), op(x, lambda t: tf.slice(t, [0, 0, 0, 3], [-1, -1, -1, 4]))
    return head(i, L.Multiply()([conv(a, 4), L.Activation("sigmoid")(b)]))


@model
def prelu():
    i = picture()
    x = L.PReLU(shared_axes=[1, 2])(conv(i, 8))
    x = L.LeakyReLU(negative_slope=0.1)(conv(x, 8))
    x = L.PReLU()(conv(L.ELU()(x), 6, strides=4))
    x = L.Activation("softplus")(L.Activation("selu")(conv(x, 6, 1)))
    return head(i, L.UnitNormalization()(L.Activation("mish")(x)))


@model
def resize():
    """U-Net: down and up again, with what was there before concatenated."""
    i = picture(side=12)
    x = conv(i, 4, strides=2, activation="relu")
    y = L.Conv2DTranspose(4, 3, strides=2, padding="same")(conv(x, 4, strides=2, activation="relu"))
    x = L.Concatenate()([x, norm(y), L.UpSampling2D()(conv(x, 4, 1, strides=2))])
    x = L.UpSampling2D(2, interpolation="bilinear")(conv(x, 4))
    x = L.Resizing(9, 9)(conv(x, 4, dilation_rate=2, activation="relu"))
    return net(i, conv(x, 2, 1, name="head"))


@model
def pads():
    i = picture()
    x = conv(L.ZeroPadding2D(((1, 0), (2, 1)))(i), 8, padding="valid", activation="relu")
    x = op(x, lambda t: tf.pad(t, [[0, 0], [2, 2], [1, 1], [0, 0]], "REFLECT"))
    x = L.ReLU()(conv(x, 8, padding="valid"))
    x = op(x, lambda t: tf.pad(t, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC"))
    x = conv(L.Cropping2D(((1, 2), (0, 1)))(x), 6, activation="relu")
    x = op(x, lambda t: tf.pad(t, [[0, 0], [0, 0], [0, 0], [1, 2]], constant_values=0.5))
    return head(i, conv(x, 6, 1))


@model
def attention_gate():
    """CBAM: one gate per channel, then one per place from the channels' mean and maximum."""
    i = picture()
    x = norm(conv(i, 8, use_bias=False))
    f, g = L.Dense(4, activation="relu"), L.Dense(8)
    c = L.Add()([g(f(L.GlobalAveragePooling2D()(x))), g(f(L.GlobalMaxPooling2D()(x)))])
    x = L.Multiply()([x, L.Reshape((1, 1, 8))(L.Activation("sigmoid")(c))])
    mean = op(x, lambda t: tf.reduce_mean(t, 3, keepdims=True))
    most = op(x, lambda t: tf.reduce_max(t, -1, keepdims=True))
    s = conv(L.Concatenate()([mean, most]), 1, 7, activation="sigmoid", use_bias=False)
    return head(i, conv(L.Multiply()([x, s]), 8, activation="relu"))


class LayerScale(L.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")

    def call(self, x):
        return x * self.scale


@model
def layernorm():
    """ConvNeXt, with dropout of whole branches."""
    i = picture()
    x = L.LayerNormalization(epsilon=1e-6)(conv(i, 8, 4, strides=4, padding="valid"))
    y = Depth(7, padding="same")(x)
    y = L.Dense(32, activation="gelu")(L.LayerNormalization(epsilon=1e-6)(y))
    y = LayerScale()(L.Dense(8)(y))
    x = L.Add()([x, L.Dropout(0.1, noise_shape=(None, 1, 1, 1))(y)])
    x = L.SpatialDropout2D(0.1)(L.GaussianNoise(0.1)(x))
    return head(i, x)


@model
def groupnorm():
    i = picture()
    x = L.ReLU()(L.GroupNormalization(4)(conv(i, 8)))
    y = L.ReLU()(L.GroupNormalization(-1)(conv(x, 8)))
    return head(i, L.Average()([x, y]))


@model
def unet():
    """Of any size: what goes up is told the size of what it is joined to."""
    i = keras.Input((None, None, 3))
    a = normed(conv(i, 6))
    b = normed(conv(L.MaxPooling2D()(a), 8))
    c = normed(conv(L.MaxPooling2D()(b), 10))
    x = L.Concatenate()([L.Conv2DTranspose(8, 2, strides=2)(c), b])
    x = normed(conv(x, 6))
    x = L.Concatenate()([L.Conv2DTranspose(5, 3, strides=2, padding="same", use_bias=False)(x), a])
    return keras.Model(i, conv(normed(conv(x, 6)), 2, 1))


def normed(x):
    return L.ReLU()(L.BatchNormalization()(x))


@model
def generator():
    i = keras.Input((6,))
    x = L.Reshape((2, 2, 8))(L.Dense(32, activation="relu")(i))
    for n in (10, 6):
        x = normed(L.Conv2DTranspose(n, 4, strides=2, padding="same", use_bias=False)(x))
    return keras.Model(i, L.Conv2DTranspose(3, 3, padding="same", activation="tanh")(x))


@model
def rows():
    i = keras.Input((12, 4))
    x = L.Conv1D(8, 3, strides=2, padding="same", activation="relu")(i)
    x = normed(L.Conv1DTranspose(6, 4, strides=2, padding="same")(x))
    x = L.Conv1DTranspose(5, 3, padding="same", activation="relu")(x)
    return keras.Model(i, L.Conv1D(2, 3, padding="same")(x))


@model
def volumes():
    i = keras.Input((4, 4, 4, 2))
    a = normed(L.Conv3D(6, 3, padding="same")(i))
    b = normed(L.Conv3D(8, 3, padding="same")(L.MaxPooling3D()(a)))
    x = L.Concatenate()([L.Conv3DTranspose(5, 2, strides=2)(b), L.AveragePooling3D(1)(a)])
    x = normed(L.Conv3DTranspose(4, 3, padding="same", use_bias=False)(x))
    return keras.Model(i, L.Conv3D(2, 1)(x))


def make():
    for function in MODELS:
        if wanted(function.__name__):
            keras.utils.clear_session()
            keras.utils.set_random_seed(1)
            any_size = {"unet": (2, 16, 16)}
            served(function.__name__, function(), any_size.get(function.__name__, (2,)))
