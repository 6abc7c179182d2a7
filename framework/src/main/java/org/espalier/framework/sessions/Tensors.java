package org.espalier.framework.sessions;

import java.util.List;
import org.espalier.graphs.ShapedArray;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/** Flat Java arrays to tensors and back; anything else is slower by orders of magnitude. */
final class Tensors {
  private Tensors() {}

  static TFloat32 of(ShapedArray array) {
    TFloat32 tensor = TFloat32.tensorOf(Shape.of(array.shape().toLongArray()));
    if (array.values().length > 0) {
      tensor.asRawTensor().data().asFloats().write(array.values());
    }
    return tensor;
  }

  static TFloat32 scalar(float value) {
    return TFloat32.scalarOf(value);
  }

  /** The first {@code images} images of a buffer. */
  static TUint8 pixels(byte[] buffer, int images, int height, int width, int channels) {
    TUint8 tensor = TUint8.tensorOf(Shape.of(images, height, width, channels));
    tensor.asRawTensor().data().write(buffer, 0, images * height * width * channels);
    return tensor;
  }

  static TInt32 labels(int[] buffer, int count) {
    TInt32 tensor = TInt32.tensorOf(Shape.of(count));
    tensor.asRawTensor().data().asInts().write(buffer, 0, count);
    return tensor;
  }

  /** A copy: a fetched tensor may be a window onto the variable itself. */
  static ShapedArray copy(Tensor tensor) {
    int[] dims = new int[tensor.shape().numDimensions()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) tensor.shape().get(i);
    }
    float[] values = new float[(int) tensor.shape().size()];
    if (values.length > 0) {
      ((TFloat32) tensor).asRawTensor().data().asFloats().read(values);
    }
    return new ShapedArray(org.espalier.graphs.Shape.of(dims), values);
  }

  static void closeAll(List<? extends Tensor> tensors) {
    tensors.forEach(Tensor::close);
  }
}
