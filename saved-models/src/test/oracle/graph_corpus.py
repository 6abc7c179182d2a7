"""Small models without Keras: TensorFlow 1's kinds, and channels first."""

import os
import shutil

import numpy as np
import tensorflow as tf

from fixture_files import folder, images, record, slim, wanted

v1 = tf.compat.v1
RNG = np.random.default_rng(5)


def weight(*shape):
    fan = int(np.prod(shape[:-1])) if len(shape) > 1 else 1
    return (RNG.normal(size=shape) / np.sqrt(fan)).astype(np.float32)


def between(low, high, n):
    return RNG.uniform(low, high, n).astype(np.float32)


def get(name, value, trainable=True):
    return v1.get_variable(name, initializer=value, trainable=trainable)


def conv(x, n, k=3, stride=1, name="conv"):
    with v1.variable_scope(name):
        return tf.nn.conv2d(x, get("weights", weight(k, k, int(x.shape[-1]), n)), stride, "SAME")


def statistics(n):
    with v1.variable_scope(None, "BatchNorm"):
        return (get("gamma", between(0.5, 1.5, n)), get("beta", between(-0.3, 0.3, n)),
                get("moving_mean", between(-0.3, 0.3, n), False), get("moving_variance", between(0.5, 1.5, n), False))


def norm(x):
    return v1.nn.fused_batch_norm(x, *statistics(int(x.shape[-1])), epsilon=0.001, is_training=False)[0]


def slim_net(x):
    """As in TF-Slim: no bias before batch norm, scores from a 1x1 convolution, then a squeeze."""
    keep = v1.placeholder_with_default(1.0, (), "keep_prob")
    with v1.variable_scope("resnet"):
        x = tf.nn.relu(norm(conv(x, 8, name="conv1")))
        x = tf.nn.max_pool2d(x, 2, 2, "SAME")
        with v1.variable_scope("unit_1"):
            short = norm(conv(x, 12, 1, name="shortcut"))
            y = tf.nn.relu(norm(conv(x, 8, name="conv1")))
            x = tf.nn.relu(short + norm(conv(y, 12, name="conv2")))
        x = v1.nn.dropout(tf.reduce_mean(x, [1, 2], keepdims=True), keep_prob=keep)
        scores = tf.nn.bias_add(conv(x, 4, 1, name="logits"), get("logits/biases", weight(4)))
        return tf.nn.softmax(tf.squeeze(scores, [1, 2], name="SpatialSqueeze"), name="predictions")


def dropped(x):
    """Dropout with a fed share, as TensorFlow 1 wrote it."""
    keep = v1.placeholder(tf.float32, name="keep_prob")
    x = tf.nn.relu(conv(x, 6))
    x = tf.ensure_shape(x / keep * tf.floor(keep + tf.random.uniform(tf.shape(x))), (None, 8, 8, 6))
    x = v1.nn.dropout(tf.nn.relu(conv(x, 8, name="conv_1")), keep_prob=keep)
    x = tf.ensure_shape(x, (None, 8, 8, 8))
    return tf.matmul(tf.reduce_mean(x, [1, 2]), get("fc/weights", weight(8, 4)), name="scores")


def folded(x):
    """Batch norm as what is left of it when it is a constant: a product and a sum."""
    for i, n in enumerate((8, 12)):
        x = conv(x, n, name=f"conv{i}") * tf.constant(between(0.5, 1.5, n), name=f"bn{i}/scale")
        x = tf.nn.relu(tf.add(x, tf.constant(between(-0.3, 0.3, n)), name=f"bn{i}/shift"))
    x = tf.nn.depthwise_conv2d(x, get("depth", weight(3, 3, 12, 1)), [1, 1, 1, 1], "SAME")
    x = tf.nn.relu6(tf.constant(between(-0.3, 0.3, 12)) + tf.constant(between(0.5, 1.5, 12)) * x)
    x = tf.reshape(tf.nn.avg_pool2d(x, 8, 8, "VALID"), [-1, 12])
    return tf.nn.softmax(v1.nn.xw_plus_b(x, get("fc/weights", weight(12, 4)), get("fc/biases", weight(4))),
                         name="predictions")


def switched(x, flag):
    """Batch norm whose branch a flag picks while the model runs."""
    x = conv(x, 6, name="conv")
    gamma, beta, mean, variance = statistics(6)

    def train():
        y, m, v, *_ = v1.nn.fused_batch_norm(x, gamma, beta, is_training=True)
        with tf.control_dependencies([v1.assign_sub(mean, 0.1 * (mean - m)), v1.assign(variance, v)]):
            return tf.identity(y)

    def serve():
        return v1.nn.fused_batch_norm(x, gamma, beta, mean, variance, is_training=False)[0]

    x = tf.nn.relu(v1.cond(flag, train, serve))
    return tf.matmul(tf.reduce_mean(x, [1, 2]), get("fc/weights", weight(6, 4)), name="scores")


def write(path, graph):
    with open(os.path.join(path, "model.pb"), "wb") as f:
        f.write(graph.SerializeToString(deterministic=True))


def frozen(name, net):
    path = folder(name)
    v1.disable_resource_variables()
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 8, 8, 3), "input")
        y = net(x)
        session.run(v1.global_variables_initializer())
        fed = images((2, 8, 8, 3))
        settings = {t + ":0": 1.0 for t in ("keep_prob",) if net is dropped}
        record(path, fed, session.run(y, {x: fed} | settings))
        write(path, v1.graph_util.convert_variables_to_constants(session, session.graph_def, [y.op.name]))
    v1.enable_resource_variables()


def train_flag(name, v2, fed_flag=False):
    """fed_flag: the flag is an input of the signature. Otherwise it has a default, which is to serve."""
    path = folder(name)
    (v1.enable_control_flow_v2 if v2 else v1.disable_control_flow_v2)()
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 8, 8, 3), "x")
        flag = v1.placeholder(tf.bool, (), "is_training") if fed_flag else \
            v1.placeholder_with_default(False, (), "is_training")
        y = switched(x, flag)
        session.run(v1.global_variables_initializer())
        fed = images((2, 8, 8, 3))
        record(path, {"x": fed, "is_training": False} if fed_flag else fed, session.run(y, {x: fed, flag: False}))
        inner = os.path.join(path, "saved")
        inputs = {"x": x, "is_training": flag} if fed_flag else {"x": x}
        v1.saved_model.simple_save(session, inner, inputs, {"scores": y})
        shutil.copytree(inner, path, dirs_exist_ok=True)
        shutil.rmtree(inner)
    slim(path)
    v1.enable_control_flow_v2()


class ChannelsFirst(tf.Module):
    """As a network trained on a GPU is saved; a processor without oneDNN cannot run it as it is."""

    def __init__(self):
        super().__init__()
        v = tf.Variable
        self.stem, self.bias, self.depth = v(weight(3, 3, 3, 8)), v(weight(8)), v(weight(3, 3, 8, 1))
        self.norm = [v(between(0.5, 1.5, 8)) for _ in range(4)]
        self.point, self.fc = v(weight(1, 1, 8, 6)), v(weight(6, 4))

    def net(self, x, form):
        first = form == "NCHW"
        two = [1, 1, 2, 2] if first else [1, 2, 2, 1]
        x = tf.transpose(x, [0, 3, 1, 2]) if first else x
        x = tf.nn.bias_add(tf.nn.conv2d(x, self.stem, 1, "SAME", form), self.bias, form)
        g, b, m, s = self.norm
        x = tf.nn.relu(v1.nn.fused_batch_norm(x, g, b, m, s, is_training=False, data_format=form)[0])
        x = tf.nn.max_pool2d(x, two, two, "VALID", form)
        x = tf.nn.depthwise_conv2d(x, self.depth, [1, 1, 1, 1], "SAME", form)
        x = tf.nn.relu(tf.nn.conv2d(x, self.point, 1, "SAME", form))
        x = tf.transpose(x, [0, 2, 3, 1]) if first else x
        return {"scores": tf.matmul(tf.reduce_mean(x, [1, 2]), self.fc)}

    @tf.function(input_signature=[tf.TensorSpec((None, 8, 8, 3), tf.float32, "picture")])
    def serve(self, x):
        return self.net(x, "NCHW")


def nchw():
    path = folder("nchw")
    module = ChannelsFirst()
    tf.saved_model.save(module, path, {"serving_default": module.serve})
    slim(path)
    x = images((2, 8, 8, 3))
    record(path, x, module.net(x, "NHWC")["scores"])


def make():
    makers = {
        "tf1_slim_frozen": lambda name: frozen(name, slim_net),
        "folded": lambda name: frozen(name, folded),
        "tf1_dropout_fed": lambda name: frozen(name, dropped),
        "tf1_train_flag_v1": lambda name: train_flag(name, False),
        "tf1_train_flag_v2": lambda name: train_flag(name, True),
        "tf1_train_flag_fed": lambda name: train_flag(name, False, True),
        "nchw": lambda name: nchw(),
    }
    for name, maker in makers.items():
        if wanted(name):
            maker(name)
