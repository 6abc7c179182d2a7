"""Where the makers of test models put their files, and how those are kept small."""

import os
import shutil
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

OUT = sys.argv[1]


def wanted(name):
    """All are made unless names are given after the folder."""
    return len(sys.argv) == 2 or name in sys.argv[2:]


def folder(name):
    path = os.path.join(OUT, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def record(path, x, y):
    """One array is input.npy or output.npy; several, in a dict, are input.KEY.npy and output.KEY.npy."""
    for kind, values in (("input", x), ("output", y)):
        several = values if isinstance(values, dict) else {"": values}
        for key, value in several.items():
            file = kind + ("." + key if len(several) > 1 else "") + ".npy"
            np.save(os.path.join(path, file), np.asarray(value, np.float32))


def stir(model, seed=1):
    """Batch norm statistics that are not 0 and 1, so that a swap of two of them shows."""
    rng = np.random.default_rng(seed)
    for w in model.weights:
        if "kernel" not in w.path:
            w.assign(np.asarray(w) + rng.uniform(0.1, 0.6, w.shape).astype(np.float32))


def images(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def shorten(function):
    """Short names for the variables that a function is handed and, in the one that restores, for all its nodes."""
    restores = "traced_restore" in function.signature.name
    function.arg_attr.clear()
    if not restores:  # here only reads are waited for
        function.control_ret.clear()
        del function.signature.control_output[:]
        for node in function.node_def:
            if node.op == "NoOp":
                del node.input[:]
    args = [a for a in function.signature.input_arg if a.type == tf.resource.as_datatype_enum]
    names = {a.name: f"v{i}" for i, a in enumerate(args)}
    if restores:
        names |= {n.name: f"n{i}" for i, n in enumerate(function.node_def)}

    def new(name):
        caret, name = name[: name.startswith("^")], name.lstrip("^")
        head, colon, tail = name.partition(":")
        return caret + names.get(head, head) + colon + tail

    for thing in [*args, *(function.node_def if restores else [])]:
        thing.name = new(thing.name)
    for node in function.node_def:
        node.input[:] = [new(i) for i in node.input]
    for ends in (function.ret, function.control_ret):
        for key in list(ends):
            ends[key] = new(ends[key])


def slim(path, traces=True):
    """Drops what nothing reads and half of a small model consists of: how to save, shapes, op definitions, names."""
    file = os.path.join(path, "saved_model.pb")
    model = saved_model_pb2.SavedModel()
    with open(file, "rb") as f:
        model.ParseFromString(f.read())
    meta = model.meta_graphs[0]
    meta.meta_info_def.ClearField("stripped_op_list")
    nodes = {n.name: n for n in meta.graph_def.node}
    todo = [t.name.split(":")[0] for s in meta.signature_def.values() for t in s.outputs.values()]
    todo += [meta.saver_def.restore_op_name, meta.saver_def.filename_tensor_name.split(":")[0], "NoOp"]
    if not meta.HasField("object_graph_def"):  # TensorFlow 1 names its nodes in several other places
        todo += list(nodes)
    else:
        meta.saver_def.save_tensor_name = ""
    kept = set()
    while todo:
        name = todo.pop()
        if name in nodes and name not in kept:
            kept.add(name)
            todo += [i.lstrip("^").split(":")[0] for i in nodes[name].input]
    functions = [f for f in meta.graph_def.library.function if "traced_save" not in f.signature.name]
    left = [n for n in meta.graph_def.node if n.name in kept]
    for n in left + [n for f in functions for n in f.node_def]:
        for unread in ("_output_shapes", "_has_manual_control_dependencies", "config_proto", "debug_name"):
            n.attr.pop(unread, None)
    if not traces:  # only what the signatures call; Python cannot read this any more
        meta.ClearField("object_graph_def")
        library, todo, kept = {f.signature.name: f for f in functions}, [left], []
        while todo:
            called = [library.pop(v.func.name, None) for n in todo.pop() for v in n.attr.values()]
            kept += [f for f in called if f]
            todo += [f.node_def for f in called if f]
        functions = kept
    for f in functions:
        shorten(f)
    del meta.graph_def.library.function[:], meta.graph_def.node[:]
    meta.graph_def.library.function.extend(functions)
    meta.graph_def.node.extend(left)
    with open(file, "wb") as f:
        f.write(model.SerializeToString(deterministic=True))


def clean():
    for root, folders, files in os.walk(OUT):
        for f in files:
            if f == "fingerprint.pb":
                os.remove(os.path.join(root, f))
        for d in folders:
            if d == "assets" and not os.listdir(os.path.join(root, d)):
                os.rmdir(os.path.join(root, d))


class Served(tf.Module):
    """A Keras model whose checkpoint holds each variable once; Keras's own export writes each twice."""

    def __init__(self, model):
        super().__init__()
        self.state = [v.value for v in model.variables]
        names = [t.name for t in model.inputs]
        specs = [tf.TensorSpec((None,) + tuple(t.shape[1:]), tf.float32, n) for t, n in zip(model.inputs, names)]

        @tf.function(input_signature=specs)
        def serve(*inputs):
            y = model(list(inputs) if len(inputs) > 1 else inputs[0], training=False)
            return y if isinstance(y, dict) else {"output": y}

        self.serve = serve


def served(name, model, sizes=(2,)):
    path = folder(name)
    stir(model)
    module = Served(model)
    x = {t.name: images((*sizes, *t.shape[len(sizes):]), seed=i) for i, t in enumerate(model.inputs)}
    tf.saved_model.save(module, path, {"serving_default": module.serve})
    slim(path)
    y = module.serve(*[tf.constant(v) for v in x.values()])
    one = lambda d: next(iter(d.values())) if len(d) == 1 else d
    record(path, one(x), one(y))
