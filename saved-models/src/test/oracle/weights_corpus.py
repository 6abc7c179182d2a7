"""Small models whose kernels are computed: masked, normalised, quantised, halved, in parts; and one of odd ops."""

import os
import shutil

import numpy as np
import tensorflow as tf

from fixture_files import folder, images, record, slim, wanted

v1 = tf.compat.v1
RNG = np.random.default_rng(11)
relu = tf.nn.relu


def normal(*shape):
    fan = int(np.prod(shape[:-1])) if len(shape) > 1 else 1
    return (RNG.normal(size=shape) / np.sqrt(fan)).astype(np.float32)


def above(low, *shape):
    return RNG.uniform(low, low + 1, shape).astype(np.float32)


def kept(*shape):
    return (RNG.uniform(size=shape) > 0.4).astype(np.float32)


def conv(x, kernel, stride=1):
    return tf.nn.conv2d(x, kernel, stride, "SAME")


def mean(x):
    return tf.reduce_mean(x, [1, 2])


class Net(tf.Module):
    """What a function of its variables computes; they are made by the first call, by order."""

    def __init__(self, net, shape):
        super().__init__()
        self.made = self._no_dependency([])
        self.values = []

        def call(x):
            self.next = 0
            return {"scores": net(self, x)}

        call(tf.zeros((2, *shape)))
        self.serve = tf.function(call, input_signature=[tf.TensorSpec((None, *shape), tf.float32, "picture")])

    def v(self, value, dtype=tf.float32):
        return self.kept(lambda: tf.Variable(tf.cast(value, dtype)))

    def c(self, value):
        """A constant, which is drawn once too."""
        return tf.constant(self.kept(lambda: value))

    def kept(self, make):
        if self.next == len(self.made):
            self.made.append(make())
            self.values = [v for v in self.made if isinstance(v, tf.Variable)]
        self.next += 1
        return self.made[self.next - 1]


def saved(name, net, shape=(8, 8, 3)):
    path = folder(name)
    module = Net(net, shape)
    tf.saved_model.save(module, path, {"serving_default": module.serve})
    slim(path)
    x = images((2, *shape))
    record(path, x, module.serve(x)["scores"])


def fully_conv(m, x):
    """Goes up to the shapes of what it came down through, and beyond."""
    a = relu(conv(x, m.v(normal(3, 3, 3, 6)), 2))
    b = relu(conv(a, m.v(normal(3, 3, 6, 8)), 2))
    side = conv(a, m.v(normal(1, 1, 6, 5)))
    x = relu(tf.nn.conv2d_transpose(b, m.v(normal(4, 4, 5, 8)), tf.shape(side), 2) + side)
    x = relu(tf.nn.conv2d_transpose(x, m.v(normal(4, 4, 7, 5)), tf.shape(a) * [1, 2, 2, 0] + [0, 0, 0, 7], 2))
    return conv(x, m.v(normal(1, 1, 7, 2))) + m.v(normal(2))


def computed_kernels(m, x):
    """Weight normalisation, standardisation, bfloat16, rows of a kernel that are its channels, weight norm twice."""
    v, g = m.v(normal(3, 3, 3, 6)), m.v(above(0.5, 6))
    x = relu(conv(x, v * (g * tf.math.rsqrt(tf.reduce_sum(v * v, [0, 1, 2])))) + m.v(normal(6)))
    w = m.v(normal(3, 3, 6, 8))
    centre, spread = tf.nn.moments(w, [0, 1, 2], keepdims=True)
    x = relu(tf.nn.bias_add(conv(x, (w - centre) / tf.sqrt(spread + 1e-5)), m.v(normal(8))))
    half = [tf.cast(m.v(value, tf.bfloat16), tf.float32) for value in (normal(3, 3, 8, 5), normal(5))]
    x = relu(tf.nn.bias_add(conv(x, half[0]), half[1]))
    x = relu(conv(x, tf.transpose(m.v(normal(8, 5, 1, 1)), [2, 3, 1, 0])))
    v, g = m.v(normal(8, 8)), m.v(above(0.5, 1))
    y = mean(x)
    for _ in range(2):  # one layer, whose kernel is computed each time
        y = relu(tf.matmul(y, v * g / tf.norm(v)))
    return tf.matmul(y, m.v(normal(4, 8)), transpose_b=True) + m.v(normal(4))


def masked_kernels(m, x):
    """Masks as variables, as thresholds, for whole channels, as constants; and one of two readers that is masked."""
    x = relu(conv(x, m.v(normal(3, 3, 3, 6)) * m.v(kept(3, 3, 3, 6))) + m.v(normal(6)))
    w, least = m.v(normal(3, 3, 6, 8)), m.v(np.float32(0.1))
    x = relu(conv(x, w * tf.cast(tf.abs(w) > least, tf.float32)))
    x = relu(conv(x, m.v(kept(5)) * m.v(normal(3, 3, 8, 5))))
    x = relu(conv(x, m.v(normal(3, 3, 5, 7)) * m.c(kept(3, 3, 5, 7))))
    w = m.v(normal(7, 7))
    y = mean(x)
    return tf.matmul(relu(tf.matmul(y, w)) + tf.matmul(y, w * m.v(kept(7, 7))), m.v(normal(7, 4))) + m.v(normal(4))


def quantised_kernels(m, x):
    quantisation = tf.quantization

    def per_channel(value):
        low, high = m.v(-above(0.3, value.shape[-1])), m.v(above(0.3, value.shape[-1]))
        return quantisation.fake_quant_with_min_max_vars_per_channel(m.v(value), low, high, narrow_range=True)

    def all_alike(x):
        low, high = m.v(np.float32(-3)), m.v(np.float32(3))
        return quantisation.fake_quant_with_min_max_vars(x, low, high)

    x = all_alike(relu(conv(all_alike(x), per_channel(normal(3, 3, 3, 6))) + m.v(normal(6))))
    w = m.v(normal(3, 3, 6, 8)) * m.v(kept(3, 3, 6, 8))
    w = tf.raw_ops.QuantizeAndDequantizeV3(
        input=w, input_min=-m.c(above(0.3, 8)), input_max=m.c(above(0.3, 8)), num_bits=8, axis=3)
    x = quantisation.fake_quant_with_min_max_args(relu(conv(x, w)), 0.0, 6.0)
    # Batch norm that is folded in the graph, with its offset apart.
    w, scale, offset, centre, spread = (m.v(a) for a in (
        normal(3, 3, 8, 5), above(0.5, 5), normal(5), normal(5), above(0.5, 5)))
    factor = scale * tf.math.rsqrt(spread + 1e-3)
    x = all_alike(relu(conv(x, all_alike(w * factor)) + (offset - centre * factor)))
    y = relu(tf.matmul(mean(x), tf.sign(m.v(normal(5, 6))) * m.v(above(0.1, 6))))
    return tf.matmul(y, tf.raw_ops.QuantizeAndDequantizeV4(
        input=m.v(normal(6, 4)), input_min=0.0, input_max=0.0, range_given=False)) + m.v(normal(4))


def odd_ops(m, x):
    """Flips, rolls, running sums, limits and divisors for each channel, ranks, sizes taken apart, patches, a blur."""
    x = tf.image.flip_left_right(relu(conv(x, m.v(normal(3, 3, 3, 6)))))
    x = tf.cumsum(tf.roll(x, 1, 2), 1, reverse=True) * 0.2
    x = conv(x, m.v(normal(3, 3, 6, 8)))
    x = tf.where(x > m.c(normal(8)), x, m.c(normal(8))) / m.c(above(0.5, 8))
    x = tf.image.adjust_contrast(conv(x, m.v(normal(3, 3, 8, 7))), 1.3)
    batch, rows, columns, channels = tf.unstack(tf.shape(x))
    x = tf.sort(tf.reshape(x, [batch, rows * columns, channels]), axis=1)
    x = conv(tf.reshape(x, [batch, rows, columns, channels]), m.v(normal(3, 3, 7, 5)))
    blur = tf.tile(m.c(above(0, 3, 3, 1, 1)), [1, 1, tf.shape(x)[-1], 1])
    x = tf.nn.depthwise_conv2d(x, blur, [1, 1, 1, 1], "SAME")
    x = tf.image.extract_patches(x, [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID")
    x = relu(conv(x, m.v(normal(1, 1, 20, 6))))
    where = tf.cast(tf.argmax(tf.reshape(x, [-1, 16, 6]), 1), tf.float32)
    return tf.matmul(mean(x) + 0.1 * where, m.v(normal(6, 4))) + m.v(normal(4))


def get(name, value):
    return v1.get_variable(name, initializer=value)


def half_frozen(name):
    """A frozen graph that was made half as large, batch norm too."""
    path = folder(name)

    def half(value):
        return tf.cast(tf.constant(value.astype(np.float16)), tf.float32)

    def norm(x, n):
        values = [half(a) for a in (above(0.5, n), normal(n), normal(n), above(0.5, n))]
        return relu(v1.nn.fused_batch_norm(x, *values, is_training=False)[0])

    with tf.Graph().as_default() as graph, v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 8, 8, 3), "picture")
        y = norm(tf.nn.bias_add(conv(x, half(normal(3, 3, 3, 6))), half(normal(6))), 6)
        y = norm(v1.nn.depthwise_conv2d(y, half(normal(3, 3, 6, 1)), [1, 1, 1, 1], "SAME"), 6)
        y = norm(conv(y, half(normal(1, 1, 6, 8))), 8)
        y = tf.identity(tf.matmul(mean(y), half(normal(8, 4))) + half(normal(4)), "scores")
        fed = images((2, 8, 8, 3))
        record(path, fed, session.run(y, {x: fed}))
        with open(os.path.join(path, "model.pb"), "wb") as f:
            f.write(graph.as_graph_def().SerializeToString(deterministic=True))


def old_ops(name):
    """A frozen graph with the ops of TensorFlow's first years, and a pool whose indices nobody reads."""
    path = folder(name)
    raw = tf.raw_ops

    def norm(x, n):
        return raw.FusedBatchNorm(
            x=x, scale=above(0.5, n), offset=normal(n), mean=normal(n), variance=above(0.5, n),
            epsilon=1e-3, is_training=False).y

    def older(graph):
        """TensorFlow does not write the first batch norm any more."""
        for node in graph.node:
            if node.op == "FusedBatchNorm":
                x, scale, offset, centre, spread = node.input
                node.op = "BatchNormWithGlobalNormalization"
                node.input[:] = [x, centre, spread, offset, scale]
                for name in [name for name in node.attr if name != "T"]:
                    del node.attr[name]
                node.attr["variance_epsilon"].f = 1e-3
                node.attr["scale_after_normalization"].b = True
        graph.versions.producer = 8
        return graph

    with tf.Graph().as_default() as graph, v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 8, 8, 3), "picture")
        y = relu(norm(conv(x, tf.constant(normal(3, 3, 3, 6))), 6))
        y = raw.MaxPoolWithArgmax(input=y, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME").output
        y = raw.Concat(concat_dim=3, values=[y, relu(conv(y, tf.constant(normal(3, 3, 6, 5))))])
        y = raw.Gather(params=tf.transpose(y, [3, 0, 1, 2]), indices=[0, 2, 3, 7, 8, 10])
        y = relu(conv(tf.transpose(y, [1, 2, 3, 0]), tf.constant(normal(3, 3, 6, 7))))
        y = tf.identity(tf.matmul(mean(y), tf.constant(normal(7, 4))), "scores")
        fed = images((2, 8, 8, 3))
        record(path, fed, session.run(y, {x: fed}))
        with open(os.path.join(path, "model.pb"), "wb") as f:
            f.write(older(graph.as_graph_def()).SerializeToString(deterministic=True))


def parts(name):
    """A table, kernels and biases that lie in parts, as large ones of TensorFlow 1 do."""
    path = folder(name)
    with tf.Graph().as_default(), v1.Session() as session:
        ids = v1.placeholder(tf.int32, (None, 5), "ids")
        drawn = v1.random_normal_initializer(stddev=0.4, seed=1)
        with v1.variable_scope("net", partitioner=v1.fixed_size_partitioner(2), initializer=drawn):
            table = v1.get_variable("table", (256, 6), use_resource=True)
            x = tf.reduce_mean(tf.nn.embedding_lookup(table, ids), 1)
            for i, (a, b) in enumerate(((6, 10), (10, 8))):
                kernel = v1.get_variable(f"dense{i}/kernel", (a, b), use_resource=i == 0)
                bias = v1.get_variable(f"dense{i}/bias", (b,), use_resource=i == 0)
                x = relu(tf.nn.bias_add(tf.matmul(x, kernel), bias))
        y = tf.matmul(x, get("last/kernel", normal(8, 4))) + get("last/bias", normal(4))
        session.run(v1.global_variables_initializer())
        fed = RNG.integers(0, 256, (3, 5))
        record(path, fed, session.run(y, {ids: fed}))
        inner = os.path.join(path, "saved")
        v1.saved_model.simple_save(session, inner, {"ids": ids}, {"scores": y})
        shutil.copytree(inner, path, dirs_exist_ok=True)
        shutil.rmtree(inner)
    slim(path)


def make():
    makers = {
        "fully_conv": lambda name: saved(name, fully_conv, (12, 12, 3)),
        "computed_kernels": lambda name: saved(name, computed_kernels),
        "masked_kernels": lambda name: saved(name, masked_kernels),
        "quantised_kernels": lambda name: saved(name, quantised_kernels),
        "half_frozen": half_frozen,
        "old_ops": old_ops,
        "odd_ops": lambda name: saved(name, odd_ops),
        "parts": parts,
    }
    for name, maker in makers.items():
        if wanted(name):
            maker(name)
