#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/shared_text.h"

namespace fanlight {

/// What a prompt row may say about its images; what it leaves out comes from the request's defaults. Units: pixels.
struct Overrides {
    std::optional<std::string> negative_prompt;
    std::optional<uint64_t> seed;
    std::optional<int> steps;
    std::optional<double> cfg_scale;
    std::optional<int> width;
    std::optional<int> height;
    std::optional<std::string> sampler;
    std::optional<std::string> schedule;
    std::optional<int> clip_skip;
    std::optional<int> images;  ///< images of this prompt
};

/// One row of the prompt list; `place` is where it stands ("prompts.csv, line 7"), for messages.
struct PromptRow {
    std::string prompt;
    Overrides overrides;
    std::string place;
};

/// Takes rows one after the other, so that a long list is never in memory as rows.
using TakeRow = std::function<void(PromptRow row)>;

/// Everything that makes one image, beside the model and the recipe of the run.
struct ImageParameters {
    std::string prompt;
    SharedText negative_prompt;
    uint64_t seed = 0;
    int steps = 0;
    double cfg_scale = 0;  ///< guidance is applied where it is > 1
    int width = 0;         ///< pixels, a multiple of 8
    int height = 0;        ///< pixels, a multiple of 8
    SharedText sampler;    ///< a name of core/batch/names.h
    SharedText schedule;   ///< a name of core/batch/names.h; "default": what the model's scheduler config names
    int clip_skip = 0;     ///< last layers of the text encoder that are left out (0: none, A1111 calls this 1)

    bool operator==(const ImageParameters&) const = default;
};

/// One image to make. `index` is its 0-based number in the run (DESIGN 4.2), `row` its prompt's.
struct Item {
    int64_t index = 0;
    int64_t row = 0;
    std::string file;  ///< its name in the run folder
    ImageParameters parameters;

    bool operator==(const Item&) const = default;
};

/// A LoRA that is merged into the model's weights.
struct Lora {
    std::string name;       ///< the file's, without ".safetensors"
    std::string file;       ///< absolute path; where it lies is no part of an image's recipe
    std::string hash;       ///< SHA-256 of the file, hex
    std::string data_hash;  ///< SHA-256 of what follows the header: what A1111 calls its hash
    double weight = 1;

    bool operator==(const Lora&) const = default;
};

/// What a run's images share and what, with ImageParameters, determines every pixel.
struct Recipe {
    std::string model;       ///< its name, as shown and written into the PNGs
    std::string model_hash;  ///< SHA-256 over the model's files, hex
    std::string dtype = "float32";
    std::string device_kind = "cpu";  ///< "cpu" or "cuda"
    int batch_size = 1;               ///< items a micro-batch: always full, the last one is padded
    int threads = 1;                  ///< CPU threads a worker; change no pixel, so that images do not tell of them
    std::vector<Lora> loras = {};     ///< in the order in which they are merged

    bool operator==(const Recipe&) const = default;
};

}  // namespace fanlight
