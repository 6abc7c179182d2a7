package org.espalier.savedmodels;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.graphs.Network;
import org.espalier.graphs.NodeGraph;
import org.espalier.graphs.Parameter;
import org.espalier.graphs.Shape;
import org.espalier.graphs.ShapedArray;
import org.espalier.graphs.TensorRef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * From PyTorch's layout to TensorFlow's: convolution kernels [out, in, h, w] to [h, w, in, out],
 * dense kernels [out, in] to [in, out]. A dense layer that reads a flattened image meets channels
 * first in PyTorch and channels last in TensorFlow; its inputs are put in order.
 */
final class Layout {
  /** Height, width and channels of the image that a dense kernel reads. */
  private final Map<String, int[]> flattened = new HashMap<>();

  Layout(Network network) {
    NodeGraph index = network.graph();
    Map<String, TensorRef> images = new LinkedHashMap<>();
    for (NodeDef node : index.nodes()) {
      if (node.getOp().equals("MatMul")) {
        String kernel = index.parameterBehind(TensorRef.parse(node.getInput(1)));
        TensorRef image = reshapedBefore(index, TensorRef.parse(node.getInput(0)));
        if (kernel != null && image != null) {
          images.put(kernel, image);
        }
      }
    }
    if (!images.isEmpty()) {
      Map<TensorRef, TensorInfo> types = SavedModelSession.types(network.graph(), images.values());
      images.forEach((kernel, image) -> put(kernel, types.get(image).getTensorShape()));
    }
  }

  private void put(String kernel, TensorShapeProto shape) {
    if (shape.getDimCount() == 4) {
      flattened.put(
          kernel,
          new int[] {
            (int) shape.getDim(1).getSize(),
            (int) shape.getDim(2).getSize(),
            (int) shape.getDim(3).getSize()
          });
    }
  }

  /** The tensor that is flattened into this one, or null. */
  private static TensorRef reshapedBefore(NodeGraph index, TensorRef ref) {
    NodeDef node = index.node(ref.node());
    return switch (node.getOp()) {
      case "Identity", "Relu" -> reshapedBefore(index, TensorRef.parse(node.getInput(0)));
      case "Reshape" -> TensorRef.parse(node.getInput(0));
      default -> null;
    };
  }

  /** The values of a PyTorch tensor as the parameter holds them; its shape may still not fit. */
  ShapedArray convert(Parameter parameter, ShapedArray torch) {
    int rank = torch.shape().rank();
    switch (parameter.kind()) {
      case CONV_KERNEL:
        return rank == 4 ? permute(torch, 2, 3, 1, 0) : torch;
      case DEPTHWISE_KERNEL:
        return rank == 4 ? depthwise(parameter.shape(), torch) : torch;
      case DENSE_KERNEL:
        return rank == 2 ? dense(parameter, torch) : torch;
      default:
        return torch;
    }
  }

  /** [in * multiplier, 1, h, w] to [h, w, in, multiplier]. */
  private static ShapedArray depthwise(Shape expected, ShapedArray torch) {
    ShapedArray turned = permute(torch, 2, 3, 1, 0);
    boolean splits =
        turned.shape().dim(2) == 1
            && expected.rank() == 4
            && turned.shape().last() == expected.dim(2) * expected.dim(3);
    return splits
        ? new ShapedArray(
            turned.shape().with(2, expected.dim(2)).with(3, expected.dim(3)), turned.values())
        : turned;
  }

  private ShapedArray dense(Parameter parameter, ShapedArray torch) {
    int[] image = flattened.get(parameter.name());
    int out = torch.shape().dim(0);
    int in = torch.shape().dim(1);
    if (image == null || image[0] * image[1] * image[2] != in) {
      return permute(torch, 1, 0);
    }
    ShapedArray channelsFirst =
        new ShapedArray(Shape.of(out, image[2], image[0], image[1]), torch.values());
    return new ShapedArray(Shape.of(in, out), permute(channelsFirst, 2, 3, 1, 0).values());
  }

  /** Axis {@code i} of the result is axis {@code axes[i]} of the array. */
  static ShapedArray permute(ShapedArray array, int... axes) {
    int rank = axes.length;
    int[] dims = array.shape().toArray();
    int[] strides = new int[rank];
    int stride = 1;
    for (int a = rank - 1; a >= 0; a--) {
      strides[a] = stride;
      stride *= dims[a];
    }
    int[] newDims = new int[rank];
    for (int a = 0; a < rank; a++) {
      newDims[a] = dims[axes[a]];
    }
    float[] turned = new float[array.values().length];
    int[] index = new int[rank];
    int from = 0;
    for (int to = 0; to < turned.length; to++) {
      turned[to] = array.values()[from];
      for (int a = rank - 1; a >= 0; a--) {
        from += strides[axes[a]];
        if (++index[a] < newDims[a]) {
          break;
        }
        from -= strides[axes[a]] * index[a];
        index[a] = 0;
      }
    }
    return new ShapedArray(Shape.of(newDims), turned);
  }
}
