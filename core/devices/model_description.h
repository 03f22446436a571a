#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/layer_range.h"
#include "core/devices/module_tree.h"

namespace fanlight {

/// The task and batch that a description is made for. 0: the task has no such measure.
struct DescribedShape {
    std::string dtype = "float32";
    int width = 0, height = 0;  ///< pixels
    int tokens = 0;             ///< of a text, the maximum
    int batch_size = 1;         ///< items per micro-batch
    bool guided = true;         ///< the network is evaluated with and without the prompt: twice the rows
    bool scored = false;        ///< texts are read one at a time, for the log-probabilities of their tokens
    bool vae_tiling = false;    ///< see Recipe
    bool packed = false;        ///< weights stay packed (see PlannedModel)

    bool operator==(const DescribedShape&) const = default;
};

/// A layer of the denoising network. Layers are listed in the order in which they run; the model can be cut between any
/// two.
struct LayerDescription {
    std::string name;           ///< the checkpoint's
    int64_t bytes = 0;          ///< weights
    double flops = 0;           ///< floating-point operations per evaluation of a micro-batch
    int64_t state_bytes = 0;    ///< what is passed on if the model is cut after this layer
    int64_t working_bytes = 0;  ///< activations alive while it runs: state, results and scratch
    int64_t kept_bytes = 0;     ///< what it keeps of a micro-batch between evaluations: keys and values of its tokens

    bool operator==(const LayerDescription&) const = default;
};

/// A part of the pipeline that runs once per micro-batch, image by image.
struct PartDescription {
    int64_t bytes = 0;
    double flops = 0;  ///< for a whole micro-batch
    int64_t working_bytes = 0;

    bool operator==(const PartDescription&) const = default;
};

/// A text-to-image model as described by its configs and the headers of its weights, without reading a weight. Bytes
/// are for the dtype of the shape.
struct ModelDescription {
    DescribedShape shape;
    std::string component;  ///< name of the network's component, with which the names of a device map may begin
    ModuleTree network;     ///< the denoising network as torch registers it, in the dtype of the shape
    std::vector<LayerDescription> layers;
    PartDescription text_encoder, decoder;
    /// The network that takes the last steps of each picture, whole: `flops` are of an evaluation. Empty: there is
    /// none.
    PartDescription refiner = {};
    /// Of bytes(), weights that a CPU computes with as the files store them: workers side by side share their pages.
    int64_t mapped_bytes = 0;
    int64_t embedding_bytes = 0;  ///< what a worker keeps of each text that it has encoded, in main memory

    int64_t network_bytes() const;
    int64_t bytes() const { return network_bytes() + bytes_beside(); }
    /// Of what lies beside the network on the main device.
    int64_t bytes_beside() const { return text_encoder.bytes + decoder.bytes + refiner.bytes; }
    /// Maximum of activations alive at once: of the largest layer and what all keep, or of the decoder.
    int64_t working_bytes() const;
    /// The same of some layers, which one micro-batch needs.
    int64_t working_bytes(const LayerRange& range) const;
    int64_t kept_bytes(const LayerRange& range) const;
};

}  // namespace fanlight
