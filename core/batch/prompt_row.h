#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/batch/lora.h"
#include "core/batch/names.h"
#include "core/batch/picture_part.h"
#include "core/batch/timesteps.h"

namespace fanlight {

/// The parameters that a prompt row sets; the others come from the request's defaults. Units: pixels.
struct Overrides {
    std::optional<std::string> negative_prompt;
    bool blank_negative_prompt = false;   ///< an empty cell of a table: "" unless the request has one for all rows
    std::optional<std::string> prompt_2;  ///< of the second text encoder; empty: the first one's prompt
    std::optional<std::string> negative_prompt_2;  ///< likewise
    std::optional<uint64_t> seed;
    bool random_seed = false;  ///< instead of `seed`: one is drawn when the run is planned ("-1" in a list)
    std::optional<int> steps;
    std::optional<double> cfg_scale;
    std::optional<double> true_cfg_scale;
    std::optional<int> width;
    std::optional<int> height;
    std::optional<std::string> sampler;
    std::optional<std::string> schedule;
    std::optional<int> clip_skip;
    std::optional<PictureSize> original_size;
    std::optional<PicturePlace> crop;
    std::optional<double> eta;
    std::optional<double> shift;
    std::optional<double> rescale_cfg;
    std::optional<double> cfg_end;
    std::optional<uint64_t> subseed;
    std::optional<double> subseed_strength;
    std::optional<double> refiner_switch;
    std::optional<Timesteps> timesteps;  ///< empty: none, whatever the run has
    std::optional<Emphasis> emphasis;
    std::optional<std::string> model;                ///< another one than the run's, as find_model() takes it
    std::optional<std::vector<Lora>> loras;          ///< as asked for, in place of the run's
    std::optional<bool> literal;                     ///< true: Emphasis::Literal, whatever `emphasis` says
    std::optional<int> images;                       ///< number of images, or of texts, of this prompt
    std::optional<std::vector<std::string>> styles;  ///< by name (styles.h); empty: none, whatever the run has

    /// The row tells of a finished image: it is made with the run's model, and with its own LoRAs, as far as they are
    /// here, beside the run's.
    bool tells_of_image = false;

    // Of texts

    std::optional<std::string> prompt_template;
    std::optional<int> max_new_tokens;
    std::optional<int> min_new_tokens;
    std::optional<bool> do_sample;
    std::optional<double> temperature;
    std::optional<int> top_k;
    std::optional<double> top_p;
    std::optional<double> min_p;
    std::optional<double> repetition_penalty;
    std::optional<int> no_repeat_ngram_size;
    std::optional<std::vector<std::string>> stop;
    std::optional<std::string> truncate;
    std::optional<bool> special_tokens;
    std::optional<std::string> text_pair;
    std::optional<std::vector<std::string>> labels;
    std::optional<std::string> columns;  ///< a JSON object: the list's own columns, which come back with the result
};

/// One row of the prompt list; `source` says where it comes from ("prompts.csv, line 7"), for messages.
struct PromptRow {
    std::string prompt;
    Overrides overrides;
    Place source;
};

/// Takes the tags of LoRAs out of all of the row's prompts, as take_lora_tags() does for one.
std::vector<Lora> take_lora_tags(PromptRow& row);

/// Receives rows one by one, so that a long list is never in memory as rows.
using TakeRow = std::function<void(PromptRow row)>;

}  // namespace fanlight
