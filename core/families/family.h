#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/batch/prompt_row.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/lora.h"
#include "core/checkpoints/model_files.h"
#include "core/checkpoints/original_names.h"
#include "core/devices/model_description.h"
#include "core/families/parts/distillation.h"
#include "core/families/parts/kept_apart.h"
#include "core/text/tokenizer.h"

namespace fanlight {

/// How a model is guided towards its prompt.
enum class GuidanceKind {
    None,       ///< not at all: the scale has no effect
    Real,       ///< classifier-free: the network is evaluated with the prompt and with the negative (or an empty) one
    Distilled,  ///< the network takes the scale as an input
};

/// A model's defaults, and which parameters it accepts.
struct ModelTraits {
    int width = 0, height = 0;  ///< pixels
    int steps = 0;
    double cfg_scale = 0;
    int size_step = 8;  ///< width and height are multiples of it
    /// Those that it was trained for, from the tallest to the widest; empty: nothing is said of them.
    std::vector<PictureSize> sizes = {};
    GuidanceKind guidance = GuidanceKind::Real;
    double cfg_floor = 1;  ///< see ImageTask
    bool negative_prompt = true;
    bool reads_with_clip = true;         ///< prompts may have a syntax, and layers of the text encoder be skipped
    bool takes_sizes = false;            ///< the network is told original_size and crop
    bool takes_second_prompts = false;   ///< a second text encoder may read prompts of its own
    bool tells_absent_negative = false;  ///< no negative prompt is something else than an empty one
    bool takes_true_cfg = false;         ///< the network may be guided although it takes the scale as an input
    /// The clip_skip of all pictures that A1111 makes with the model, where it pays no attention to its own setting.
    std::optional<int> a1111_clip_skip = {};

    /// What nothing says outright and is concluded from something else, the rest of a sentence about the model.
    Sentence conclusion = {};

    // Of language models

    int64_t context = 0;         ///< the most tokens of prompt and text together; 0: it is no language model
    bool chat_template = false;  ///< it comes with a template for conversations
    Overrides generation = {};   ///< the defaults of its texts: what its generation_config.json sets
};

/// A component's config, and the path of its file or of the single file.
struct ComponentConfig {
    Json json;
    std::string where;
};
using ReadConfig = std::function<ComponentConfig(const std::string& component)>;

/// In place of a component: what says of which components a model consists, its model_index.json.
inline constexpr const char* index_config = "model_index";

/// Opens the tokenizer of a component, also for models that come without one.
struct FamilyTokenizer {
    std::string component;  ///< "tokenizer"
    std::unique_ptr<Tokenizer> (*open)(const ModelFiles& model, const std::string& component);
};

/// A kind of component that may come from elsewhere, or of model that may work beside the family's own.
struct ReplaceableKind {
    std::string kind;                          ///< as its option is called: "vae"
    std::vector<std::string> components = {};  ///< whose place they take; each has a folder in a model of diffusers
    /// What a file or folder holds for this model in place of its own: one component, or several. Throws Error naming
    /// the file, what it is or lacks, and what to choose instead.
    std::vector<OtherComponent> (*read)(const ModelFiles& model, const std::filesystem::path& path) = nullptr;
    /// Those of its components that a file with the network alone finds by itself.
    std::vector<KeptApart> kept_apart = {};

    // Of a whole model

    std::string family = {};  ///< its family's name; empty: it is no whole model
    /// Throws Error naming the other model and what keeps it from working with this one.
    void (*check)(const ModelFiles& model, const ModelFiles& other) = nullptr;
};

/// The part of a textual inversion embedding that is for one of a family's text encoders.
struct EmbeddingPart {
    std::string key;        ///< as in EmbeddingFile: "clip_l"; empty: the only one
    std::string component;  ///< "text_encoder"
};

/// One model family: everything that must be known about its models before any weights are read. A row of the table
/// families(), filled in by the family's own folder; its networks are in NAME/network/ under the same name. The
/// functions throw Error naming the file, the wrong value and what to choose instead; any thread. This header has no
/// source file, so that both the table and the families can include it.
struct Family {
    std::string name;                    ///< of its folder and of its network half: "stable_diffusion"
    std::string title;                   ///< for sentences: "Stable Diffusion 1 or 2"
    std::string task;                    ///< the kind of task that its models perform: "image"
    std::vector<std::string> also = {};  ///< other kinds that they perform when asked by name: "score"
    /// Some of its models were trained in bfloat16 or float32, and pass numbers between layers that exceed float16's
    /// largest, 65504.
    bool overflows_float16 = false;

    /// Its networks compute the rows of a micro-batch one after the other, so they may do so on several devices.
    bool separate_rows = false;

    /// Its networks predict a flow (Prediction::Flow), which their scheduler's config does not say.
    bool flow = false;

    /// The title of the family whose pictures its models finish; they make none alone. Empty: they are no refiners.
    std::string refines = {};

    /// The classes in model_index.json: "StableDiffusionPipeline".
    std::vector<std::string> pipeline_classes;
    /// The components that are used, both in folders and in single files.
    std::vector<Component> components;
    /// The component that is evaluated at every step and can be cut into stages.
    std::string network;

    /// The prefixes of the keys of its LoRAs.
    std::vector<LoraPrefix> lora_prefixes;
    /// What the network's modules were before diffusers, as in some LoRAs, from its config. nullptr: there are no such
    /// names.
    OriginalNames (*original_names)(const Json& network) = nullptr;

    /// The first one counts a prompt's tokens for the user.
    std::vector<FamilyTokenizer> tokenizers;

    /// What an embedding for its models holds. Empty: prompts call none.
    std::vector<EmbeddingPart> embedding_parts = {};

    /// Its models' components that may come from elsewhere.
    std::vector<ReplaceableKind> replaceable = {};

    /// Whether a single file holds a model of this family, complete or its network alone. Both nullptr: its models are
    /// only folders.
    bool (*recognises)(const TensorEntries& tensors);
    /// What it looks for: the beginnings of keys. For messages.
    std::vector<std::string> file_keys = {};
    /// Reads such a file: tensors under diffusers' names, and the configs that follow from names and shapes.
    FileContents (*read_file)(const CheckpointSource& file);

    /// What the tiny autoencoder (TAESD, by Ollin Boer Bohan) for latents of its models is called wherever it is kept;
    /// empty: there is none.
    std::string tiny_vae = {};

    /// Ways to draw in few steps that its models' names tell.
    NamedDistillations distillations = {};

    /// Reads configs only.
    ModelTraits (*traits)(const ReadConfig& read);

    /// The network as modules and as layers with their costs, from the configs and the headers of the weights. Throws
    /// Error for a shape that the model cannot make.
    ModelDescription (*describe)(const ModelFiles& model, const DescribedShape& shape);
};

/// Those of a component's modules; none for any but the network.
inline OriginalNames original_names(const Family& family, const ModelFiles& model, const std::string& component) {
    const bool has_any = family.original_names && component == family.network;
    return has_any ? family.original_names(model.config(component)) : OriginalNames();
}

}  // namespace fanlight
