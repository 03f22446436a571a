#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/devices/module_tree.h"

namespace fanlight {

/// The size of the work that a description is made for.
struct DescribedShape {
    std::string dtype = "float32";
    int width = 0, height = 0;  ///< pixels
    int batch_size = 1;         ///< images a micro-batch
    bool guided = true;         ///< the network is evaluated with and without the prompt: twice the rows

    bool operator==(const DescribedShape&) const = default;
};

/// A layer of the denoising network, in the order in which they run; between any two the model can be cut.
struct LayerDescription {
    std::string name;           ///< the checkpoint's
    int64_t bytes = 0;          ///< weights
    double flops = 0;           ///< floating-point operations of one evaluation of a micro-batch
    int64_t state_bytes = 0;    ///< what has to travel when the model is cut behind this layer
    int64_t working_bytes = 0;  ///< activations alive while it runs: state, results and scratch

    bool operator==(const LayerDescription&) const = default;
};

/// A part of the pipeline that runs once a micro-batch, image by image.
struct PartDescription {
    int64_t bytes = 0;
    double flops = 0;  ///< of a whole micro-batch
    int64_t working_bytes = 0;

    bool operator==(const PartDescription&) const = default;
};

/// A text-to-image model as its configs and the headers of its weights tell it, without a weight read. Bytes at the
/// dtype of the shape.
struct ModelDescription {
    DescribedShape shape;
    std::string component;  ///< that the network is: device maps may begin with its name
    ModuleTree network;     ///< the denoising network as torch registers it, at the dtype of the shape
    std::vector<LayerDescription> layers;
    PartDescription text_encoder, decoder;

    int64_t network_bytes() const;
    int64_t bytes() const { return network_bytes() + text_encoder.bytes + decoder.bytes; }
    /// Activations alive at once: of the fullest layer, or of the decoder.
    int64_t working_bytes() const;
};

}  // namespace fanlight
