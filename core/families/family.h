#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/lora.h"
#include "core/checkpoints/model_files.h"
#include "core/devices/model_description.h"
#include "core/text/tokenizer.h"

namespace fanlight {

/// How a family's models are told how closely to follow a prompt.
enum class GuidanceKind {
    None,       ///< not at all
    Real,       ///< the network is evaluated with the prompt and without it, or with a negative one
    Distilled,  ///< the network was trained to take the scale as an input
};

/// What a model takes where its user does not say, and what it takes at all.
struct ModelTraits {
    int width = 0, height = 0;  ///< pixels
    int steps = 0;
    double cfg_scale = 0;
    int size_step = 8;  ///< width and height are multiples of it
    GuidanceKind guidance = GuidanceKind::Real;
    bool negative_prompt = true;
};

/// A component's config and the name of its file, for messages; throws Error where there is none.
struct ComponentConfig {
    Json json;
    std::string where;
};
using ReadConfig = std::function<ComponentConfig(const std::string& component)>;

/// How the tokenizer of a component is opened, whether the model brings one or not.
struct FamilyTokenizer {
    std::string component;  ///< "tokenizer"
    std::unique_ptr<Tokenizer> (*open)(const ModelFiles& model);
};

/// One model family: all that is to be known of its models before a weight is read. A row of the table families(),
/// filled by the family's own folder; its networks stand in NAME/network/ under the same name. Functions throw Error
/// naming the file, the value that cannot be and what to choose instead; any thread. This header is the contract
/// between the table and the families: it has no source file, so that both can include it.
struct Family {
    std::string name;   ///< of its folder here, and of its network half: "stable_diffusion"
    std::string title;  ///< in sentences: "Stable Diffusion 1 or 2"
    std::string task;   ///< the kind of task that its models do: "image"

    /// Of a folder's index: "StableDiffusionPipeline".
    std::vector<std::string> pipeline_classes;
    /// Those that are used, of a folder and of one file alike.
    std::vector<Component> components;
    /// The component that is evaluated at every step, and cut into stages.
    std::string network;

    /// How the keys of its LoRAs begin.
    std::vector<LoraPrefix> lora_prefixes;

    /// The first one is by which a prompt's length is told.
    std::vector<FamilyTokenizer> tokenizers;

    /// One file of tensors, of no other known kind, is a model of this family, complete or not.
    bool (*recognises)(const TensorEntries& tensors);
    /// Takes such a file apart. What names and shapes do not tell follows from what else the file says.
    FileContents (*read_file)(const CheckpointSource& file);

    /// From the configs alone.
    ModelTraits (*traits)(const ReadConfig& read);

    /// The network as modules and as layers with their costs, from the configs and the headers of the weights.
    ModelDescription (*describe)(const ModelFiles& model, const DescribedShape& shape);
};

}  // namespace fanlight
